// Made from openapi.json by `npm run types`; not to be edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What is learned from outcomes: how often a person's lines of a type are kept and worked. */
        Affinity: {
            /**
             * Format: double
             * @description Mean squared error of its predictions.
             */
            brier: number | null;
            /** @description How often what it predicted came true, in five bins of predicted rates. */
            calibration: components["schemas"]["CalibrationBin"][];
            /** @description Whether runs may use it. */
            club: components["schemas"]["Switch"];
            gate: components["schemas"]["AffinityGate"];
            /**
             * Format: date
             * @description When it was last judged; none before the first night.
             */
            judged_on: string | null;
            /**
             * Format: double
             * @description Their mean log loss, in nats.
             */
            log_loss: number | null;
            /** @description People whose outcomes are not looked at; runs have them at the mean. */
            people_off: components["schemas"]["EmployeeId"][];
            /** @description The rates, by person and type. */
            rates: components["schemas"]["AffinityRate"][];
            /** @description Whether the next run uses it: it predicts, and the club has not switched it off. */
            used: boolean;
            /**
             * Format: int64
             * @description The version of the switches.
             */
            version: number;
        };
        /** @description The switches of learned affinity. */
        AffinityFact: {
            club: components["schemas"]["Switch"];
            people_off: components["schemas"]["EmployeeId"][];
        };
        /** @description Whether it predicts, and how that was judged. */
        AffinityGate: {
            /** @description Whether it predicts outcomes that it has not seen better than the usual rates do. */
            open: boolean;
            /** @description Outcomes that count. */
            outcomes: number;
            /** @description Outcomes below which nothing is judged. */
            outcomes_needed: number;
            /** @description The windows, in order of time. */
            windows: components["schemas"]["AffinityWindow"][];
            /**
             * Format: double
             * @description How many standard errors it is better than the usual rates.
             */
            z: number;
            /**
             * Format: double
             * @description What `z` must exceed.
             */
            z_needed: number;
        };
        /** @description A person's rate for a type. */
        AffinityRate: {
            employee_id: components["schemas"]["EmployeeId"];
            event_type: string;
            /**
             * Format: double
             * @description Upper end of its 80 % range.
             */
            high: number;
            /**
             * Format: int32
             * @description Of their outcomes that count, those that speak for them.
             */
            kept: number;
            /**
             * Format: double
             * @description Lower end of its 80 % range.
             */
            low: number;
            /**
             * Format: int32
             * @description Their outcomes that count.
             */
            of: number;
            /**
             * Format: double
             * @description The expected rate, 0 to 1.
             */
            score: number;
            /** @description The whole in words: `kept 14 of 15; usual 9 of 10`. */
            text: string;
            /**
             * Format: double
             * @description The expected rate of somebody of whom nothing is known.
             */
            usual: number;
        };
        /** @description The switches to change; one that is left out stays. */
        AffinityRequest: {
            club?: components["schemas"]["Switch"] | null;
            /** @description The people whose outcomes are not looked at, all of them. */
            people_off?: components["schemas"]["EmployeeId"][] | null;
            /**
             * Format: int64
             * @description The version that they replace. The last writer wins where it is left out.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The switches as they stand. */
        AffinitySaved: {
            club: components["schemas"]["Switch"];
            people_off: components["schemas"]["EmployeeId"][];
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description Losses in one window, of which nothing was known before. */
        AffinityWindow: {
            /**
             * Format: double
             * @description Mean log loss of the usual rates, in nats.
             */
            base: number;
            /** Format: date */
            from: string;
            /**
             * Format: double
             * @description Mean log loss of what was learned, in nats.
             */
            model: number;
            n: number;
            /** Format: date */
            to: string;
        };
        /** @description What availability says of a weekday. */
        Allowance: boolean | {
            /** @description From. */
            from: components["schemas"]["ClockTime"];
            /** @description To. */
            to: components["schemas"]["ClockTime"];
        };
        ApplyRequest: {
            /** @description Only says what would happen. */
            dry_run?: boolean;
            /** @description The way out, by its id. */
            option: string;
            /**
             * Format: int64
             * @description The plan version that the caller saw; it is refused on another one.
             */
            plan_version?: number | null;
        };
        /** @description One press of Approve; later ones sort after earlier ones. */
        ApprovalId: string;
        Approved: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            held_with: components["schemas"]["HeldWith"][];
            /** @description Lines that are still to be approved, because the plan kept moving; they follow within minutes. */
            left: number;
            queued: number;
            refused: components["schemas"]["RefusedLine"][];
        };
        ApproveRequest: {
            dry_run?: boolean;
            lines?: components["schemas"]["LineId"][] | null;
            run_id: components["schemas"]["RunId"];
        };
        /** @description A kept document of a run. */
        ArchivedDocument: {
            kept_until: string;
            /** @description Where it is in the table. */
            place: string;
            /** @description Its sha-256 digest, in hexadecimal digits. */
            sha256: string;
        };
        /** @description What an erasure of a person changed in what is kept of a run: the digests before and after. */
        ArchiveErasure: {
            answer_after: string;
            answer_before: string;
            at: string;
            snapshot_after: string;
            snapshot_before: string;
        };
        /** @description What was understood and found. One of `answer`, `question` and `not_understood` is there. */
        AskAnswer: {
            /** @description Where the client shows it. */
            address: string | null;
            /** @description The tool's answer, as assistants get it; a draft in short, where the sentence is an order. */
            answer: Record<string, never> | null;
            /** @description The draft that a person may confirm, where the sentence is an order. */
            draft_id: string | null;
            not_understood: components["schemas"]["AskNotUnderstood"] | null;
            question: components["schemas"]["AssistQuestion"] | null;
            understood: components["schemas"]["AskUnderstood"] | null;
        };
        /** @description A sentence that is not of the grammar, or that names nothing that can be answered. */
        AskNotUnderstood: {
            /** @description Sentences that would be understood. */
            nearest: string[];
            said: string;
            /** @description Why, where it was nearly understood. */
            why: string | null;
        };
        /** @description A sentence. */
        AskRequest: {
            /** @description What a person typed. */
            text: string;
        };
        /** @description How a sentence was understood. */
        AskUnderstood: {
            /** @description Its arguments, as said. */
            arguments: Record<string, never>;
            /** @description The answer in a line, with days resolved. */
            echo: string | null;
            /** @description The tool that answers. */
            tool: string;
        };
        /** @description Somebody or something that could be meant. */
        AssistCandidate: {
            /** @description What tells an event apart: type, person and day. */
            detail: string | null;
            /** @description The id of a person, or the number of an event. */
            id: string;
            /** @description The name. */
            name: string;
        };
        /** @description Something to ask: it is not clear who or what is meant. */
        AssistQuestion: {
            /** @description Of which kind it is. */
            about: components["schemas"]["AssistQuestionAbout"];
            /** @description Who or what could be meant; none where nothing is near. */
            candidates: components["schemas"]["AssistCandidate"][];
            /** @description What was said. */
            said: string;
        };
        /**
         * @description What is not clear.
         * @enum {string}
         */
        AssistQuestionAbout: "person" | "event";
        /** @description One call. */
        Attempt: {
            /** @description Until when; none while it is under way, or when its worker was lost. */
            ended_at: string | null;
            outcome: components["schemas"]["Outcome"] | null;
            /** @description Since when. */
            started_at: string;
            /** @description Which step of the submission. */
            step: components["schemas"]["SubmissionStep"];
            /** @description In words. */
            words: string | null;
        };
        /** @description Another week for a while. */
        AvailabilityOverride: {
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            /** Format: date */
            end: string;
            /** @description What takes it back. */
            id: string;
            /** Format: date */
            start: string;
        };
        /** @description Another week for a while. */
        AvailabilityOverrideRequest: {
            /** @description What it says of weekdays; one that it leaves out stays as the usual week has it. */
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            employee_id: components["schemas"]["EmployeeId"];
            /**
             * Format: date
             * @description Not before the start.
             */
            end: string;
            /** Format: date */
            start: string;
            why?: string | null;
        };
        /** @description A posted event whose block changes alone. */
        BlockMove: {
            /**
             * Format: int32
             * @description Its block afterwards.
             */
            after?: number | null;
            /**
             * Format: int32
             * @description Its block before; none where it had none.
             */
            before?: number | null;
            event_ref_num: components["schemas"]["EventRef"];
        };
        /** @description The blocks that fixes changed, as these answered. */
        BlocksUndone: {
            blocks: components["schemas"]["BlockMove"][];
        };
        /** @description A broken rule, as the API answers it. */
        BrokenRule: {
            /** @description On which day, or in the week of which day. */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description The events that meet, the one in question first. */
            event_ref_nums: components["schemas"]["EventRef"][];
            /** @description The rule's id: `H3`. */
            rule: string;
            /** @description The rule in a few words. */
            title: string;
            /** @description What is broken, with people, events and days. */
            words: string;
        };
        /** @description Predictions of similar rates. */
        CalibrationBin: {
            n: number;
            /** Format: double */
            observed: number | null;
            /** Format: double */
            predicted: number | null;
        };
        /**
         * @description Why a line failed, by kind.
         * @enum {string}
         */
        Cause: "refused" | "exhausted" | "dependency_failed" | "changed_upstream" | "conflict" | "restored" | "not_restored" | "not_legal" | "too_late";
        /** @description A change of state. */
        Change: {
            at: string;
            /** @description Which draft, by its id. */
            draft_id: string | null;
            event_ref_num: components["schemas"]["EventRef"] | null;
            /** @description Which fact: its kind and its id, `time_off:E01~2026-12-24~2026-12-26`. */
            fact: string | null;
            /** @description Which finding, by its id. */
            finding: string | null;
            from: string | null;
            /** @description The same for the same change, however often it is answered. */
            id: string;
            line_id: string | null;
            run_id: components["schemas"]["RunId"] | null;
            subject: components["schemas"]["SubjectKind"];
            to: string;
            /**
             * Format: int64
             * @description The version of it that the change made.
             */
            version: number;
            /** @description What to show of a person, or the function that acted on its own. */
            who: string;
            /** @description A person's id with their issuer (`sub`), or the function that acted on its own. */
            who_id: string;
            why: string;
        };
        /** @description A page of the feed, oldest first. */
        ChangeFeed: {
            items: components["schemas"]["Change"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            /** @description From where to ask next time: some time before the newest change. */
            since: string;
            /** Format: int64 */
            total?: number | null;
        };
        /** @description What an imagined change would do. */
        Checked: {
            /** @description Whether it breaks nothing that is not broken now. */
            allowed: boolean;
            /** @description What would move along. */
            moves_along: components["schemas"]["Spot"][];
            /** @description Where the event would be. */
            place: components["schemas"]["Spot"];
            /**
             * Format: double
             * @description The score difference.
             */
            points: number;
            /** @description The starts that it may have there, where the rulebook leaves a choice: those of the free blocks, of a Core. */
            starts: string[];
            /** @description The same by term. */
            terms: {
                [key: string]: number;
            };
            /** @description What it would newly break. */
            violations: components["schemas"]["BrokenRule"][];
        };
        CheckRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            event_ref_num?: components["schemas"]["EventRef"] | null;
            line?: components["schemas"]["LineId"] | null;
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
        };
        /** @description A time of day, in minutes since midnight; `HH:MM` in documents. */
        ClockTime: string;
        /** @description A day on which nothing is planned. */
        ClosedDay: {
            /** Format: date */
            date: string;
            /** @description What the holiday is called, or why the day is locked. */
            name: string | null;
            /** Format: int64 */
            version: number;
        };
        /** @description A club. */
        Club: {
            id: components["schemas"]["ClubId"];
            /** Format: int64 */
            location_id: number | null;
            name: string;
        };
        /** @description A club's number. */
        ClubId: string;
        /** @description Which of Crossmark's locations is the club's. */
        ClubLocation: {
            /** Format: int64 */
            location_id: number;
        };
        /** @description The club as it is now. */
        ClubMade: {
            club_id: components["schemas"]["ClubId"];
            setup: components["schemas"]["Setup"];
            success: boolean;
        };
        /** @description One of the runs. */
        ComparedRun: components["schemas"]["Run"] & {
            quality: components["schemas"]["Quality"] | null;
        };
        /** @description What differs. */
        Comparison: {
            a: components["schemas"]["ComparedRun"];
            /** @description Lines that only the second one has. */
            added: components["schemas"]["Line"][];
            b: components["schemas"]["ComparedRun"];
            /** @description Events that the second one places otherwise. */
            changed: components["schemas"]["LineChange"][];
            /** @description Lines that only the first one has. */
            removed: components["schemas"]["Line"][];
            /** @description Events that both do the same with. */
            same: number;
            /** @description Points by soft rule; those that are the same are left out. */
            terms: {
                [key: string]: components["schemas"]["TermChange"];
            };
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description What requests of one kind cost. */
        Cost: {
            /**
             * Format: double
             * @description Capacity units consumed.
             */
            capacity: number;
            /**
             * Format: int64
             * @description Items read or written.
             */
            items: number;
            /**
             * Format: int64
             * @description Those of them that repeated another.
             */
            repeats: number;
            /**
             * Format: int64
             * @description Requests sent, repeated ones included.
             */
            requests: number;
        };
        /** @description What the last refresh found odd at Crossmark. Where all is well, lists are empty and the rest is null. */
        CrossmarkFindings: {
            doubted_list: components["schemas"]["DoubtedList"] | null;
            /** @description Events whose rows cannot be used: they stay as they were known, or are not planned. The first 20. */
            events_set_aside: components["schemas"]["EventSetAside"][];
            events_set_aside_total: number;
            /** @description Rows of other stores, which are ignored. */
            foreign_rows: number;
            location: components["schemas"]["LocationFault"] | null;
            /** @description Numbers that do not say who is who: several for one person, or one for several people. The first 20. */
            number_conflicts: components["schemas"]["NumberConflict"][];
            /** @description People whose rows cannot be used. The first 20. */
            people_set_aside: components["schemas"]["PersonSetAside"][];
        };
        /**
         * @description What Crossmark shows of an event.
         * @enum {string}
         */
        CrossmarkShows: "unlisted" | "nobody" | "schedule";
        /** @description The dashboard. */
        Dashboard: {
            /** @description Runs that crashed and that nobody has acknowledged, newest first. */
            crashed_runs: components["schemas"]["Run"][];
            /** @description What the last refresh found odd at Crossmark. */
            crossmark: components["schemas"]["CrossmarkFindings"];
            /** @description What an assistant or *Find* prepared and nobody decided on, oldest first. */
            drafts: components["schemas"]["DraftSummary"][];
            due_soon: components["schemas"]["DueSoon"][];
            /** @description Whether there are more of them than are listed. */
            due_soon_more: boolean;
            night: components["schemas"]["Night"];
            off_today: components["schemas"]["PersonOff"][];
            on_floor: components["schemas"]["OnFloor"][];
            proposal: components["schemas"]["ProposalNumbers"] | null;
            /** @description When events, schedules and people last were what Crossmark says; none where they never were asked for. */
            refreshed_at: string | null;
            rotation: components["schemas"]["TodaysRotation"];
            submissions: components["schemas"]["SubmissionsNeedingYou"];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            today: string;
            /** @description Approvals that are not through, oldest first. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /**
         * @description A weekday by the key that snapshots use.
         * @enum {string}
         */
        Day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /** @description Who could work a line on a day, best first, and who could not. */
        DayChoice: {
            /** @description Those who could not. */
            cannot: components["schemas"]["PersonRefused"][];
            /** @description The day. */
            date: string;
            /** @description Those who could. */
            people: components["schemas"]["PersonChoice"][];
            /** @description When it would start there; of a Core the earliest start of anyone. */
            start: string | null;
        };
        /** @description A day. */
        DayPreview: {
            /**
             * Format: int64
             * @description How many more Core events it has.
             */
            core_difference: number;
            /** @description Posted ones that are taken back. */
            dropped: number;
            /** @description People with a line on it. */
            employees: number;
            /** @description Its lines, in order of start. */
            lines: string[];
            /**
             * Format: int32
             * @description Minutes that the proposal puts on it.
             */
            minutes: number;
            /** @description Posted ones that come to it, or stay on it with another person or time. */
            moved_in: number;
            /** @description Posted ones that leave it. */
            moved_out: number;
            /** @description Events newly placed on it. */
            new: number;
        };
        /** @description What people decided about an event and did not send yet: every proposal carries it until it is put back. */
        Decision: {
            held: components["schemas"]["HeldBy"] | null;
            /** @description The placements that were refused within seven days; put back with `{"unwanted": false}`. */
            unwanted: components["schemas"]["Unwanted"][];
            wish: components["schemas"]["Wish"] | null;
        };
        /** @description An event about which Crossmark and Muster differ. */
        Difference: {
            /** @description Whether ours can be sent again. */
            can_send_ours: boolean;
            crossmark: components["schemas"]["Place"] | null;
            crossmark_shows: components["schemas"]["CrossmarkShows"];
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            muster: components["schemas"]["Place"] | null;
            project_name: string;
            /** @description The refresh that first found it; a decision names this moment. */
            since: string;
            /** @description The same in a sentence. */
            text: string;
        };
        DifferenceDecision: {
            event_ref_num: components["schemas"]["EventRef"];
            /**
             * Format: date-time
             * @description `since` of the difference as the caller saw it.
             */
            since: string;
            take: components["schemas"]["DifferenceSide"];
        };
        DifferenceDecisions: {
            decisions: components["schemas"]["DifferenceDecision"][];
            override?: components["schemas"]["RulesOverride"] | null;
        };
        Differences: {
            items: components["schemas"]["Difference"][];
            /** @description When Crossmark was last asked; none where it never was. */
            refreshed_at: string | null;
            time_zone: components["schemas"]["TimeZone"];
            total?: number;
        };
        /** @description What decisions did. */
        DifferencesDecided: {
            refused: components["schemas"]["RefusedDecision"][];
            sent: components["schemas"]["ScheduleChanges"] | null;
            /** @description Events for which Crossmark's stands here now. */
            taken: components["schemas"]["EventRef"][];
        };
        /**
         * @description Which side of a difference is right.
         * @enum {string}
         */
        DifferenceSide: "crossmark" | "muster";
        /** @description Where a line was proposed before, and why it is elsewhere now. */
        Differs: {
            /** @description Where it was. */
            from: components["schemas"]["Place"];
            /** @description The rules that stand against it. */
            rules: string[];
            /** @description Why it is not there any more, in words; empty where nothing speaks against it. */
            why: string;
        };
        DismissRequest: {
            run_id: components["schemas"]["RunId"];
        };
        DoneByHand: {
            done_by_hand: string[];
            not_failed: components["schemas"]["LeftAlone"][];
            refused: components["schemas"]["RefusedLine"][];
        };
        /** @description A note, and the id that Crossmark gave one line. */
        DoneByHandOneRequest: {
            /** @description Who entered it, and how. */
            note: string;
            scheduled_event_id?: components["schemas"]["ScheduledEventId"] | null;
        };
        DoneByHandRequest: {
            lines: components["schemas"]["LineId"][];
            /** @description Who entered it, and how. */
            note: string;
        };
        DoubtedList: {
            /** @description The first 20 that it lacks. */
            events: components["schemas"]["EventRef"][];
            /** @description Whether it has nothing at all of what was open or posted. */
            has_nothing: boolean;
            /** @description How many open events it lacks. */
            missing: number;
            /** @description How many open events were known. */
            open: number;
            /** @description The refresh that read it; what confirms it names this moment. */
            since: string;
        };
        /** @description Which list: `since` of the dashboard's `doubted_list`. */
        DoubtedSince: {
            /** Format: date-time */
            since: string;
        };
        /** @description A draft with its effect. */
        Draft: components["schemas"]["DraftSummary"] & {
            decided_at: string | null;
            /** @description Who confirmed or discarded it, or is confirming it. */
            decided_by: string | null;
            effect: components["schemas"]["DraftEffect"];
            /** @description Why its effect could not be worked out. */
            error: string | null;
            /** @description Whether the club has changed since, so that it cannot be confirmed any more. */
            is_stale: boolean;
            outcome: components["schemas"]["DraftOutcome"] | null;
            /**
             * Format: int64
             * @description The plan version at which it was made; it is confirmed at this one only.
             */
            plan_version: number;
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description A rule that a draft breaks. */
        DraftBreak: {
            rule: string;
            /** @description What is broken, with people, events and days. */
            text: string;
            /** @description The rule in a few words. */
            title: string;
        };
        /** @description A confirmation. */
        DraftConfirmation: {
            override?: components["schemas"]["RulesOverride"] | null;
        };
        /** @description What a draft does when it is confirmed, exactly. */
        DraftEffect: {
            /** @description The rules that it breaks: it is confirmed with `override` and a reason only. */
            breaks: components["schemas"]["DraftBreak"][];
            /** @description Line by line, what moves along included. */
            lines: components["schemas"]["DraftLine"][];
            /** @description What stays out, and why. */
            notes: string[];
            /**
             * Format: double
             * @description The score difference; none where there is none.
             */
            points: number | null;
            /** @description The same by term. */
            terms: {
                [key: string]: number;
            };
        };
        /**
         * @description What a draft is about.
         * @enum {string}
         */
        DraftKind: "schedules" | "edit_line" | "hold_line" | "call_out" | "time_off" | "rotation_exception" | "ignore_finding" | "run_now" | "try" | "approve" | "retry";
        /** @description One line of a draft's effect. Names come from Crossmark and from people: they are data. */
        DraftLine: {
            after: components["schemas"]["DraftSpot"] | null;
            before: components["schemas"]["DraftSpot"] | null;
            event_ref_num: components["schemas"]["EventRef"] | null;
            event_type: string | null;
            /** @description The line of the proposal. */
            line_id: string | null;
            project_name: string | null;
            /** @description The whole in a sentence. */
            text: string;
            what: components["schemas"]["DraftWhat"];
        };
        /** @description The drafts that nobody decided on. */
        DraftList: {
            /** @description Oldest first. */
            items: components["schemas"]["DraftSummary"][];
        };
        /** @description What a confirmed draft did; what it has none of is null. */
        DraftOutcome: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            /** @description The fact that was saved: its kind and its id. */
            fact: string | null;
            /** @description The finding that is ignored. */
            finding_id: string | null;
            /** @description Lines that were changed, held, released or sent again. */
            line_ids: string[];
            run_id: components["schemas"]["RunId"] | null;
            /** @description The trial that was begun. */
            trial_id: string | null;
        };
        /** @description Somebody at a time. */
        DraftSpot: {
            /**
             * Format: int32
             * @description In which block, of a Core.
             */
            block: number | null;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            schedule_datetime: string;
        };
        /**
         * @description What a draft is now.
         * @enum {string}
         */
        DraftStatus: "preparing" | "failed" | "open" | "confirming" | "confirmed" | "discarded" | "expired";
        /** @description A draft in short. */
        DraftSummary: {
            asked_at: string;
            /** @description Who asked for it. */
            asked_by: string;
            /** @description How many rules it breaks. */
            breaks: number;
            draft_id: string;
            /** @description Until when it may be confirmed. */
            expires_at: string;
            kind: components["schemas"]["DraftKind"];
            /** @description How many lines its effect has. */
            lines: number;
            status: components["schemas"]["DraftStatus"];
            /** @description The first line of its effect, in a sentence; none while that is worked out. */
            text: string | null;
            through: components["schemas"]["DraftThrough"];
            /** @description What it does, in a few words: `change schedules by hand`. */
            title: string;
        };
        /**
         * @description Through what a draft was asked for.
         * @enum {string}
         */
        DraftThrough: "mcp" | "find";
        /**
         * @description What becomes of a line, an event or a fact.
         * @enum {string}
         */
        DraftWhat: "placed" | "moved" | "taken_back" | "unplaced" | "held" | "released" | "approved" | "retried" | "saved" | "affected" | "started";
        DroppedLines: {
            dropped: string[];
            not_failed: components["schemas"]["LeftAlone"][];
            refused: components["schemas"]["RefusedLine"][];
        };
        /** @description An event that nobody is to work yet. */
        DueSoon: {
            /** Format: int64 */
            days_left: number;
            due_date: string;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            project_name: string;
        };
        Edited: {
            also_changed: components["schemas"]["Line"][];
            held_with: components["schemas"]["HeldWith"][];
            overridden: components["schemas"]["BrokenRule"][];
            time_zone: string;
            updated_schedule: components["schemas"]["Line"];
        };
        /** @description A manager's word that broken rules are meant. */
        EditOverride: {
            reason: string;
        };
        /** @description `{"employee_id", "schedule_datetime"}` (either may be left out), or `{"held"}`, or `{"revert": true}`, or `{"unwanted": false}`. */
        EditRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            /** @description Whether approval passes the line by. */
            held?: boolean | null;
            override?: components["schemas"]["EditOverride"] | null;
            /** @description Back to what the solver said; nothing is asked for its event any more. */
            revert?: boolean | null;
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
            /** @description Only `false`: what was refused of its event is forgotten. */
            unwanted?: boolean | null;
            /**
             * Format: int64
             * @description The version to change; the last writer wins where it is left out.
             */
            version?: number | null;
        };
        /** @description A person. */
        Employee: {
            active: boolean;
            availability_overrides: components["schemas"]["AvailabilityOverride"][];
            /**
             * Format: int64
             * @description The version of that week, to be named when it is saved; 0 where there is none.
             */
            availability_version: number;
            id: components["schemas"]["EmployeeId"];
            job_title: components["schemas"]["JobTitle"];
            juicer_trained: boolean;
            name: string;
            /** Format: int64 */
            rep_id: number | null;
            /** Format: date */
            termination_date: string | null;
            time_off: components["schemas"]["TimeOff"][];
            /** Format: int64 */
            version: number;
            /** @description The weekly availability of a person; weekdays that are not listed are available. */
            weekly_availability: {
                [key: string]: components["schemas"]["Allowance"];
            };
        };
        /** @description A person. */
        EmployeeFact: {
            active: boolean;
            id: components["schemas"]["EmployeeId"];
            job_title: components["schemas"]["JobTitle"];
            juicer_trained: boolean;
            name: string;
            /**
             * Format: int64
             * @description Their number at Crossmark.
             */
            rep_id: number | null;
            /**
             * Format: date
             * @description The first day on which they no longer work here.
             */
            termination_date: string | null;
        };
        /** @description Our id of a person. One that is read is an id by [`is_id`]. */
        EmployeeId: string;
        /** @description A person, whole: what is left out has its default. */
        EmployeeRequest: {
            /** @description Whether they work here at all. */
            active?: boolean;
            job_title: components["schemas"]["JobTitle"];
            /** @description Whether they may work juicer events whatever their title. */
            juicer_trained?: boolean;
            name: string;
            /**
             * Format: int64
             * @description Their number at Crossmark.
             */
            rep_id?: number | null;
            /**
             * Format: date
             * @description The first day on which they no longer do.
             */
            termination_date?: string | null;
            /**
             * Format: int64
             * @description The version that it replaces; 0 for somebody new. The last writer wins where it is left out.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The body of every error. */
        Error: {
            /** @description What is wrong. */
            error: components["schemas"]["ErrorDetails"];
            /** @description Never. */
            success: boolean;
        };
        /**
         * @description A code that stays the same for programs.
         * @enum {string}
         */
        ErrorCode: "APPROVAL_NOT_FOUND" | "BACKUP_WITHOUT_HOLDER" | "BODY_MISSING" | "BODY_TOO_LARGE" | "CLUB_NOT_EMPTY" | "CLUB_NOT_FOUND" | "CLUB_REQUIRED" | "CROSSMARK_AWAY" | "DATE_OUT_OF_BOUNDS" | "DAY_LOCKED" | "DAY_OUTSIDE_PLAN" | "DRAFT_DISCARDED" | "DRAFT_EXPIRED" | "DRAFT_IN_HAND" | "DRAFT_NOT_FOUND" | "DRAFT_NOT_READY" | "DRAFT_SPENT" | "DRAFT_STALE" | "EMPLOYEE_WORKS" | "ERASURE_UNDER_WAY" | "EVENT_NOT_FOUND" | "EXCEPTION_NOT_FOUND" | "EXPORT_TOO_LARGE" | "FACT_NOT_FOUND" | "FEED_NOT_FOUND" | "FILE_REFUSED" | "FINDING_NOT_FOUND" | "FIXES_CLASH" | "FORBIDDEN" | "IDEMPOTENCY_KEY_REUSED" | "INCOMPLETE_PLACE" | "INTERNAL" | "INVALID_BODY" | "INVALID_CHANGE" | "INVALID_CHECK" | "INVALID_CHOICE" | "INVALID_CURSOR" | "INVALID_DRAFT" | "INVALID_EDIT" | "INVALID_EMPLOYEE_ROLE" | "INVALID_FACT" | "INVALID_ID" | "INVALID_IDEMPOTENCY_KEY" | "INVALID_QUERY" | "INVALID_RECALL" | "INVALID_SNAPSHOT" | "INVALID_TEXT" | "INVALID_TIME" | "INVALID_VERSION" | "LINE_HAS_NO_PLACE" | "LINE_NOT_FOUND" | "LINES_OF_ANOTHER_RUN" | "LIST_NOT_DOUBTED" | "LOCATION_TAKEN" | "MALFORMED_JSON" | "METHOD_NOT_ALLOWED" | "NO_LINES" | "NO_PROPOSAL" | "NO_SUCH_ROUTE" | "NOT_ALLOWED_NOW" | "NOT_JSON" | "NOT_ON_REAL_FACTS" | "NOT_POSTED" | "NOTHING_TO_ADOPT" | "OPTION_NOT_FOUND" | "OTHER_CLUB" | "PAIR_CANNOT_FOLLOW" | "PLAN_MOVED" | "PROPOSAL_SUPERSEDED" | "REFRESH_NOT_FOUND" | "REQUEST_IN_HAND" | "RULES_BROKEN" | "RUN_HAS_NO_LINES" | "RUN_NOT_FOUND" | "RUN_OPEN" | "SAME_AS_POSTED" | "SCHEDULE_NOT_LISTED" | "STALE_VERSION" | "START_NOT_LEGAL" | "TOO_LATE" | "TOO_MANY_FEEDS" | "TOO_MANY_IMPORTS" | "TOO_MANY_LINES" | "TOO_MANY_QUESTIONS" | "TOO_MANY_REASONS" | "TOO_MANY_REFRESHES" | "TOO_MANY_RUNS" | "TOO_MANY_TRIALS" | "TRIAL_ADOPTED" | "TRIAL_NOT_FOUND" | "TRIAL_OF_RUN" | "TRY_AGAIN" | "UNAUTHENTICATED" | "UNKNOWN_EMPLOYEE" | "UNKNOWN_WORDS";
        /** @description What is wrong. */
        ErrorDetails: {
            /** @description For programs. */
            code: components["schemas"]["ErrorCode"];
            /** @description More of it, for programs; null where there is no more. */
            details: unknown;
            /** @description What is wrong and what was expected, for a person. */
            message: string;
            /** @description To be named to whoever looks into it. */
            request_id: string;
            /**
             * Format: date-time
             * @description When, in UTC.
             */
            timestamp: string;
        };
        /** @description An event. */
        Event: {
            auto: boolean;
            claim: components["schemas"]["EventClaim"] | null;
            condition: string | null;
            corrected: components["schemas"]["EventCorrection"] | null;
            /** @description Since when Crossmark and Muster differ about it and nobody has decided; null where they agree. */
            differs_since: string | null;
            due_date: string;
            /** Format: int32 */
            estimated_minutes: number;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            left_out: components["schemas"]["LeftOut"] | null;
            /** Format: int64 */
            parent_ref: number | null;
            /**
             * Format: date
             * @description The day that it is posted on.
             */
            posted_on: string | null;
            posted_to: components["schemas"]["PostedTo"] | null;
            project_name: string;
            set_aside: components["schemas"]["EventFault"] | null;
            start_date: string;
            /** Format: int64 */
            version: number;
        };
        /** @description A line that claims an event. */
        EventClaim: {
            cause: components["schemas"]["Cause"] | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            line_id: string;
            schedule_datetime: string | null;
            status: components["schemas"]["LineStatus"];
        };
        /** @description What people say of an event against what Crossmark says. */
        EventCorrection: {
            /**
             * Format: date
             * @description The day before which it is to be worked, as its name.
             */
            due_date: string | null;
            /** Format: int32 */
            estimated_minutes: number | null;
            event_type: string | null;
            /** @description Its name, where Crossmark's row has none that can be used. */
            project_name: string | null;
            /**
             * Format: date
             * @description The first day of its window, as its name.
             */
            start_date: string | null;
        };
        /** @description What people say of an event, whole: what is left out is as Crossmark says. */
        EventCorrectionRequest: {
            /** @description Whether runs may place it; left out stays as it is. */
            auto?: boolean | null;
            /**
             * Format: date
             * @description The day before which it is to be worked, for an event that is set aside, as its name.
             */
            due_date?: string | null;
            /**
             * Format: int32
             * @description Its length; null leaves what Crossmark says.
             */
            estimated_minutes?: number | null;
            /** @description Its type; null leaves what its name says. */
            event_type?: string | null;
            /** @description Its name, for an event that is set aside; left out stays as it is. Crossmark's counts where it gives one. */
            project_name?: string | null;
            /**
             * Format: date
             * @description The first day of its window, for an event that is set aside, as its name.
             */
            start_date?: string | null;
            /**
             * Format: int64
             * @description The version that it replaces. The last writer wins where it is left out.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description How many events need a look, by why. */
        EventCounts: {
            /** @description All events. */
            all: number;
            corrected: number;
            differs: number;
            due_soon: number;
            kept_out: number;
            lost: number;
            /** @description Not posted and not on their way, and their last day is ahead. */
            open: number;
            /** @description Events whose row at Crossmark cannot be used; those that nobody here knows are counted too. */
            set_aside: number;
        };
        /** @description The correction of one event. */
        EventFact: {
            /** @description Whether runs may place it. */
            auto: boolean;
            /**
             * Format: date
             * @description What counts where Crossmark gives no day before which it is to be worked.
             */
            due_date: string | null;
            /**
             * Format: int32
             * @description Its length; null as Crossmark says.
             */
            estimated_minutes: number | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @description Its type; null as its name says. */
            event_type: string | null;
            /** @description What counts where Crossmark gives no name that can be used. */
            project_name: string | null;
            /**
             * Format: date
             * @description What counts where Crossmark gives no first day of its window.
             */
            start_date: string | null;
            uncorrected: components["schemas"]["UncorrectedFact"] | null;
        };
        /** @description Why a row of Crossmark's cannot be used. */
        EventFault: {
            field: components["schemas"]["FaultyField"];
            reason: components["schemas"]["FaultReason"];
            /** @description Both in words. */
            words: string;
        };
        /**
         * Format: int64
         * @description Crossmark's project reference number of an event. One that is read is at most [`LARGEST_NUMBER`].
         */
        EventRef: number;
        EventSetAside: {
            event_ref_num: components["schemas"]["EventRef"] | null;
            field: components["schemas"]["FaultyField"];
            reason: components["schemas"]["FaultReason"];
            since: string;
            /** @description The field in words. */
            words: string;
        };
        /** @description Who holds a rotation on one date instead. */
        ExceptionFact: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            reason: string | null;
            rotation: components["schemas"]["RotationType"];
        };
        /** @description A page of exceptions, in order of date. */
        ExceptionList: {
            items: components["schemas"]["RotationException"][];
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description What was taken away. */
        ExceptionRemoved: {
            exception_id: string;
            removed: components["schemas"]["ExceptionUndo"];
            success: boolean;
        };
        /** @description Who would hold the rotation that day without this exception. */
        ExceptionReplaced: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /** @enum {string} */
            kind: "exception";
            reason: string | null;
        } | {
            backup_employee_id: components["schemas"]["EmployeeId"] | null;
            backup_employee_name: string | null;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /** @enum {string} */
            kind: "rotation";
        };
        /** @description An exception as a person writes it. */
        ExceptionRequest: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            reason?: string | null;
            rotation_type: components["schemas"]["RotationType"];
            /**
             * Format: int64
             * @description The version that it replaces; 0 for none. The last writer wins where it is left out.
             */
            version?: number | null;
        };
        /** @description What was saved. */
        ExceptionSaved: {
            exception_id: string;
            replaces: components["schemas"]["ExceptionReplaced"] | null;
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description What brings it back when it is posted again. */
        ExceptionUndo: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            reason: string | null;
            rotation_type: components["schemas"]["RotationType"];
        };
        /** @description One change of a fact. */
        FactChange: {
            after: components["schemas"]["FactValue"] | null;
            at: string;
            before: components["schemas"]["FactValue"] | null;
            /** @description Whether it was saved or removed. */
            to: string;
            /** Format: int64 */
            version: number;
            who: string;
            why: string;
        };
        /** @description What a change hits. */
        FactEffect: {
            /** @description Each of them, in order of start; the first 200. */
            lines: components["schemas"]["FactHit"][];
            /** @description Posted schedules that it goes against. */
            posted: number;
            /** @description Whether there is a proposal that does not know of the change. */
            proposal_is_stale: boolean;
            /** @description Lines of the proposal that it goes against, approved ones included. */
            proposed: number;
            /** @description In a sentence; empty where it hits nothing. */
            words: string;
        };
        /** @description The changes of a fact, oldest first. */
        FactHistory: {
            items: components["schemas"]["FactChange"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
        };
        /** @description A schedule that a change goes against. */
        FactHit: {
            /** @description Who has it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string | null;
            /** @description The event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description Its type. */
            event_type: string;
            /** @description The line of the proposal, where it is one. */
            line_id: string | null;
            /** @description Its name. */
            project_name: string;
            /** @description What is wrong with it after the change, in a sentence. */
            reason: string;
            /** @description From when, club-local. */
            schedule_datetime: string;
            /** @description How far it has come. */
            standing: components["schemas"]["FactHitStanding"];
        };
        /**
         * @description How far a schedule has come.
         * @enum {string}
         */
        FactHitStanding: "posted" | "proposed" | "approved";
        /** @description What a change came to. */
        FactSaved: {
            /** @description What the change hits. */
            effect: components["schemas"]["FactEffect"];
            /** @description Which fact: its kind and its id. `POST /api/facts/put-back` takes it to undo the change. */
            fact: string;
            /** @description Whether it was saved; `false` where it was only tried, or all stood so already. */
            saved: boolean;
            success: boolean;
            /**
             * Format: int64
             * @description The fact's version, to be named by the next change of it. 0 where it does not exist.
             */
            version: number;
        };
        /** @description What a fact is, by its kind. */
        FactValue: {
            /** @enum {string} */
            kind: "employee";
            /** @description A person. */
            value: components["schemas"]["EmployeeFact"];
        } | {
            /** @enum {string} */
            kind: "availability";
            /** @description The weekly availability of a person; weekdays that are not listed are available. */
            value: components["schemas"]["WeekFact"];
        } | {
            /** @enum {string} */
            kind: "override";
            /** @description Another week for a while; a day that it leaves out is as usual. */
            value: components["schemas"]["OverrideFact"];
        } | {
            /** @enum {string} */
            kind: "time_off";
            /** @description Days off, both ends included. */
            value: components["schemas"]["TimeOffFact"];
        } | {
            /** @enum {string} */
            kind: "holiday";
            /** @description A holiday on one date. */
            value: components["schemas"]["HolidayFact"];
        } | {
            /** @enum {string} */
            kind: "yearly_holiday";
            /** @description A holiday of every year. */
            value: components["schemas"]["YearlyHolidayFact"];
        } | {
            /** @enum {string} */
            kind: "locked_day";
            /** @description A day that nobody plans any more. */
            value: components["schemas"]["LockedDayFact"];
        } | {
            /** @enum {string} */
            kind: "exception";
            /** @description Who holds a rotation on one date instead. */
            value: components["schemas"]["ExceptionFact"];
        } | {
            /** @enum {string} */
            kind: "rotations";
            /** @description Both rotations, whole. */
            value: components["schemas"]["RotationFact"][];
        } | {
            /** @enum {string} */
            kind: "settings";
            /** @description The club and its settings. */
            value: components["schemas"]["SettingsFact"];
        } | {
            /** @enum {string} */
            kind: "event";
            /** @description The correction of one event. */
            value: components["schemas"]["EventFact"];
        } | {
            /** @enum {string} */
            kind: "affinity";
            /** @description The switches of learned affinity. */
            value: components["schemas"]["AffinityFact"];
        };
        /** @description What people were given over a window, and what is owed to them. */
        Fairness: {
            /**
             * Format: int32
             * @description The Core of everybody who has possible days.
             */
            all_core: number;
            /**
             * Format: int32
             * @description Everybody's possible days.
             */
            all_possible_days: number;
            /**
             * Format: date
             * @description The Sunday of the window's first week.
             */
            from: string;
            /**
             * Format: int32
             * @description Past weeks of the window: a setting.
             */
            past_weeks: number;
            /** @description In order of name. */
            people: components["schemas"]["FairnessPerson"][];
            time_zone: components["schemas"]["TimeZone"];
            /**
             * Format: date
             * @description The window's last day.
             */
            to: string;
            /**
             * Format: int32
             * @description Weeks that are not over, this one included: what is accepted ahead counts when it is accepted.
             */
            weeks_ahead: number;
        };
        /** @description What is owed to a person after a correction. */
        FairnessCorrected: {
            person: components["schemas"]["FairnessPerson"];
            success: boolean;
        };
        /** @description A manager's correction. */
        FairnessCorrection: {
            at: string;
            by: string;
            /**
             * Format: double
             * @description Core that are owed in addition; below 0 fewer.
             */
            core: number;
            reason: string;
            /**
             * Format: date
             * @description The Sunday of its week; it leaves the window with that week.
             */
            week: string;
        };
        /** @description One person. */
        FairnessPerson: {
            /** @description Whether they work here at present. */
            active: boolean;
            /**
             * Format: int32
             * @description The Core that they had. Without possible days it is no part of the debt.
             */
            actual_core: number;
            /**
             * Format: double
             * @description The sum of the corrections, in Core.
             */
            correction: number;
            /** @description The managers' corrections, in order of week. */
            corrections: components["schemas"]["FairnessCorrection"][];
            /**
             * Format: double
             * @description What is owed, -3 to 3; above 0 they had too few.
             */
            debt: number;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /**
             * Format: int32
             * @description Days on which they could have worked a Core.
             */
            possible_days: number;
            /**
             * Format: double
             * @description Their fair share in Core: all Core times their part of all possible days.
             */
            share: number;
            /**
             * Format: double
             * @description `share - actual_core + correction`.
             */
            unclamped: number;
            /**
             * Format: int64
             * @description The version of the corrections; 0 for none.
             */
            version: number;
            /** @description What they were given week by week; a week without anything is left out. */
            weeks: components["schemas"]["FairnessWeek"][];
        };
        /** @description A correction of what is owed to a person. */
        FairnessRequest: {
            /**
             * Format: double
             * @description Core that are owed in addition, in hundredths at most; below 0 fewer. 0 withdraws the correction of that week.
             */
            core: number;
            /** @description Why. */
            reason: string;
            /**
             * Format: int64
             * @description The version that the caller saw; 0 for none. The last writer wins where it is left out.
             */
            version?: number | null;
            /**
             * Format: date
             * @description A day of the week that it belongs to, in the window; this week where it is left out. It takes the place of an
             *     earlier correction of that week.
             */
            week?: string | null;
        };
        /** @description What one person was given in one week. */
        FairnessWeek: {
            /** Format: int32 */
            core: number;
            /**
             * Format: int32
             * @description Core at the day's first arrival.
             */
            first_arrivals: number;
            /**
             * Format: int32
             * @description Core at the day's last arrival.
             */
            last_arrivals: number;
            /** Format: int32 */
            minutes: number;
            /**
             * Format: int32
             * @description Events that were taken from them or moved to another day after they were accepted.
             */
            moved_on_them: number;
            /** Format: int32 */
            possible_days: number;
            /**
             * Format: int32
             * @description Days with a shift that was accepted fewer than 3 days before.
             */
            short_notice: number;
            /**
             * Format: date
             * @description Its Sunday.
             */
            week: string;
            /**
             * Format: int32
             * @description Saturdays and Sundays with a shift.
             */
            weekend_days: number;
        };
        /**
         * @description What is wrong with it.
         * @enum {string}
         */
        FaultReason: "missing" | "unreadable" | "out_of_bounds" | "before_start" | "other_store";
        /**
         * @description The field of Crossmark's row that cannot be used.
         * @enum {string}
         */
        FaultyField: "event_number" | "name" | "start_date" | "due_date" | "condition" | "location" | "scheduled_time" | "scheduled_person" | "schedule_number" | "length" | "person_number" | "employee_id" | "person_name";
        /** @description A feed, without its address: that is shown once, when it is made. */
        Feed: {
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            id: string;
            made_at: string;
            made_by: string;
        };
        /** @description The feeds of the club. */
        FeedList: {
            items: components["schemas"]["Feed"][];
        };
        /** @description A feed that was made. */
        FeedMade: {
            /** @description Where a calendar subscribes, below the service's own address. Whoever knows it can read the feed; it is shown once. */
            address: string;
            id: string;
            success: boolean;
        };
        /** @description Whose schedules a feed has. */
        FeedRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
        };
        /** @description A feed that was revoked. */
        FeedRevoked: {
            id: string;
            success: boolean;
        };
        /** @description A finding. */
        Finding: {
            /**
             * Format: date
             * @description Its day; none where it is of a week or of the look as a whole.
             */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            event_ref_nums: components["schemas"]["EventRef"][];
            /** @description The same for the same rule, person, events and days. */
            id: string;
            ignored: components["schemas"]["IgnoredBy"] | null;
            /** @description The rule's number: `H3`, `W4`. */
            rule: string;
            severity: components["schemas"]["Severity"];
            /** @description What is wrong, in words. */
            text: string;
            /** @description The rule in a few words. */
            title: string;
            /**
             * Format: date
             * @description Its week by its Sunday; none where it is of a day or of the look as a whole.
             */
            week: string | null;
        };
        /** @description That an ignore was taken back, or that there was none. */
        FindingHeeded: {
            finding_id: string;
        };
        FindingIgnored: {
            finding_id: string;
            /** Format: date */
            until: string;
        };
        /** @description What would have to give for somebody to take an event. */
        FitsIf: {
            /** Format: date */
            date: string;
            /** @description Who would take it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The rule that would be broken; none where another start is enough. */
            rule: string | null;
            /** @description The other start. */
            schedule_datetime: string | null;
            /** @description The whole in a sentence. */
            text: string;
        };
        /** @description A finding and its way out. */
        Fix: {
            finding_id: string;
            /** @description The way out, by its id. */
            option: string;
        };
        /** @description What fixes did. */
        FixesApplied: {
            /** @description Posted events whose block changes alone: that is Muster's own, and Crossmark is not told of it. */
            blocks: components["schemas"]["BlockMove"][];
            changes: components["schemas"]["ScheduleChanges"] | null;
            /** @description Findings that go. */
            gone: string[];
            /** @description Findings that another fix had removed already. */
            not_needed: string[];
            /** @description Rotations that somebody else holds on one date. */
            rotations: components["schemas"]["WayOutChange"][];
        };
        FixesRequest: {
            /** @description Only says what would happen. */
            dry_run?: boolean;
            fixes: components["schemas"]["Fix"][];
            /**
             * Format: int64
             * @description The plan version that the caller saw; the fixes are refused on another one.
             */
            plan_version?: number | null;
        };
        /**
         * @description Why a line is marked for a look.
         * @enum {string}
         */
        Flag: "rotation_away" | "moves_posted" | "not_placed" | "unusual_role";
        /** @description How far the erasure is. */
        Forgotten: {
            /**
             * Format: int64
             * @description Items that were changed so far.
             */
            changed: number;
            /** @description The id in the place of theirs. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Whether nothing of the person is left. Otherwise the same request goes on with it. */
            finished: boolean;
            /** @description The name in the place of theirs. */
            name: string;
            success: boolean;
        };
        /** @description What the gateway says where no function is asked, or none answers in time. */
        GatewayMessage: {
            message: string;
        };
        /** @description That it does. */
        Health: {
            status: string;
        };
        /** @description How well a week's schedule stands, with the sum: `100 x 0.9^critical x 0.97^warnings`, rounded. */
        HealthOfWeek: {
            /** @description Findings by severity, without those that are ignored. */
            critical: number;
            /**
             * Format: int32
             * @description Critical faults that count. What is found of one person on one day, or in one week, is one.
             */
            critical_faults: number;
            /**
             * Format: int32
             * @description 0 to 100.
             */
            health: number;
            ignored: number;
            info: number;
            /** @description Rules that were judged. */
            rules: number;
            /** @description Posted schedules of the week. */
            schedules: number;
            /**
             * Format: int32
             * @description Warnings that count, likewise.
             */
            warning_faults: number;
            warnings: number;
            /**
             * Format: date
             * @description The Sunday of the week.
             */
            week: string;
        };
        /** @description Who holds an event back. */
        HeldBy: {
            /** @description When. */
            at: string;
            /** @description Who. */
            by: string;
        };
        /** @description A line that waits for another. */
        HeldWith: {
            /** @description The line. */
            line: string;
            /** @description What it waits for. */
            waits_for: string;
        };
        /** @description A page of runs, newest first. */
        History: {
            items: components["schemas"]["PastRun"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            /** @description Of the runs on this page. */
            rates: components["schemas"]["RunRates"];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A holiday on one date. */
        HolidayFact: {
            /** Format: date */
            date: string;
            name: string | null;
        };
        /** @description Company holidays: a page of those on one date, and all of those of every year. */
        HolidayList: components["schemas"]["List_ClosedDay"] & {
            yearly: components["schemas"]["YearlyHoliday"][];
        };
        /** @description A holiday: on one date, or by a rule of every year. */
        HolidayRequest: {
            /**
             * Format: date
             * @description The date of one that does not come back.
             */
            date?: string | null;
            /** @description What it is called. */
            name?: string | null;
            rule?: components["schemas"]["HolidayRule"] | null;
        };
        /** @description A day of every year. */
        HolidayRule: {
            /**
             * Format: int32
             * @description The day of the month, from 1.
             */
            day: number;
            /** @enum {string} */
            every: "year";
            /**
             * Format: int32
             * @description 1 to 12.
             */
            month: number;
        } | {
            /** @enum {string} */
            every: "nth_weekday";
            /**
             * Format: int32
             * @description 1 to 12.
             */
            month: number;
            /**
             * Format: int32
             * @description Which one: 1 to 5.
             */
            nth: number;
            /** @description The weekday. */
            weekday: components["schemas"]["Day"];
        } | {
            /** @enum {string} */
            every: "last_weekday";
            /**
             * Format: int32
             * @description 1 to 12.
             */
            month: number;
            /** @description The weekday. */
            weekday: components["schemas"]["Day"];
        };
        /** @description Who ignores a finding. */
        IgnoredBy: {
            at: string;
            by: string;
            reason: string;
            /**
             * Format: date
             * @description The last day on which it is ignored.
             */
            until: string;
        };
        IgnoreRequest: {
            reason: string;
            /**
             * Format: date
             * @description The last day on which it is ignored, at most 90 days from today; the end of its week where it is left out.
             */
            until?: string | null;
        };
        /** @description What one change would do; or, where no change is named, who could work the line when. */
        Imagined: components["schemas"]["Checked"] | components["schemas"]["Ranked"];
        /** @description A column of a row that would change. */
        ImportField: {
            column: string;
            new: string;
            old: string;
        };
        /** @description A load that was not seen to its end. */
        ImportInterrupted: {
            at: string;
            by: string;
            /** Format: int32 */
            done: number;
            /** Format: int32 */
            rows: number;
            /** @description Whether it was this very file. */
            same_file: boolean;
        };
        /**
         * @description What a file has.
         * @enum {string}
         */
        ImportKind: "employees" | "availability" | "time_off" | "visits" | "schedules";
        /** @description What a file would change, or has changed. */
        ImportPreview: {
            /** @description Rows that the club has otherwise. */
            changed: number;
            /** @description To be sent as `save` with the same file. */
            digest: string;
            interrupted: components["schemas"]["ImportInterrupted"] | null;
            kind: components["schemas"]["ImportKind"];
            /** @description Rows that the club does not have. */
            new: number;
            /** @description The new and the changed ones; the first 200. */
            rows: components["schemas"]["ImportRow"][];
            /** @description Whether it was saved. */
            saved: boolean;
            success: boolean;
            /** @description Rows that say what the club has. */
            unchanged: number;
            /** @description Rows that cannot be used. */
            wrong: number;
            /** @description What is wrong, cell by cell; the first 500. */
            wrong_cells: components["schemas"]["ImportWrongCell"][];
        };
        /** @description A row that would be written. */
        ImportRow: {
            fields: components["schemas"]["ImportField"][];
            /** @description Whether the club has it already. */
            known: boolean;
            /** @description What it is of: a person's id, an event's number. */
            of: string;
        };
        /** @description A cell because of which its row is left out. */
        ImportWrongCell: {
            column: string;
            expected: string;
            found: string;
            /** Format: int32 */
            row: number;
        };
        /** @enum {string} */
        JobTitle: "Lead Event Specialist" | "Club Supervisor" | "Juicer Barista" | "Event Specialist";
        /** @description A line for which nothing could be done, with the state that it is in. */
        LeftAlone: {
            /** @description The line. */
            line: string;
            /** @description Its state. */
            status: components["schemas"]["LineStatus"];
        };
        /**
         * @description Why no run places an event that is not posted.
         * @enum {string}
         */
        LeftOut: "not_open" | "off" | "kept_out";
        /** @description A line. Times are club-local without an offset; lists of lines carry the club's time zone. */
        Line: {
            api_error_details: components["schemas"]["LineError"] | null;
            /** @description When Crossmark had it. */
            api_submitted_at: string | null;
            /** @description Every call that was made for it. */
            attempts: components["schemas"]["Attempt"][];
            /**
             * Format: int32
             * @description In which shift block, of a Core.
             */
            block: number | null;
            bumped_event_ref_num: components["schemas"]["EventRef"] | null;
            /** @description Whether a person wrote it by hand, apart from any proposal. */
            by_hand: boolean;
            decision: components["schemas"]["Decision"] | null;
            /** @description The lines that must be accepted before it. */
            depends_on: components["schemas"]["EventRef"][];
            differs: components["schemas"]["Differs"] | null;
            /** @description When its window closes. */
            due_date: string;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description Their name. */
            employee_name: string | null;
            /**
             * Format: int32
             * @description Its length: given, or its type's own.
             */
            estimated_minutes: number;
            /** @description The event's number at Crossmark. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description Its type, by the rulebook's name: given, or detected. */
            event_type: string;
            failure_reason: components["schemas"]["Reason"] | null;
            /** @description Why a person should look at it. */
            flags: components["schemas"]["Flag"][];
            from: components["schemas"]["Place"] | null;
            /** @description Whether approval passes it by. */
            held: boolean;
            /** @description `run.ref`. */
            id: string;
            /** @description Whether it moves or drops what is posted. */
            is_swap: boolean;
            /** @description What it is. */
            kind: components["schemas"]["LineKind"];
            /** @description When it is tried or read back next. */
            next_attempt_at: string | null;
            original: components["schemas"]["Place"] | null;
            overridden: components["schemas"]["Overridden"] | null;
            pair: components["schemas"]["EventRef"] | null;
            /** @description The event's name. */
            project_name: string;
            reason: components["schemas"]["Reason"] | null;
            /** @description The run that proposed it. */
            run_id: string;
            runner_up: components["schemas"]["RunnerUp"] | null;
            /** @description From when. */
            schedule_datetime: string | null;
            scheduled_event_id: components["schemas"]["ScheduledEventId"] | null;
            /** @description When its window opens. */
            start_date: string;
            /** @description Its state. */
            status: components["schemas"]["LineStatus"];
            /** @description Why. */
            swap_reason: string | null;
            /**
             * Format: int64
             * @description To be named in an edit by a caller who wants protection.
             */
            version: number;
            /** @description What speaks for it: points by term. */
            why: {
                [key: string]: number;
            } | null;
        };
        /** @description A line. */
        LineAlone: components["schemas"]["Line"] & {
            overridden: components["schemas"]["Overridden"] | null;
            time_zone: components["schemas"]["TimeZone"];
            /** @description What happened to it, oldest first. */
            trail: components["schemas"]["Change"][];
        };
        /** @description An event in both. */
        LineChange: {
            a: components["schemas"]["Line"];
            b: components["schemas"]["Line"];
            event_ref_num: components["schemas"]["EventRef"];
        };
        /** @description `{"lines"}`, `{"cause"}` or `{"all": true}`. */
        LineChoice: {
            all?: boolean | null;
            cause?: components["schemas"]["Cause"] | null;
            lines?: components["schemas"]["LineId"][] | null;
        };
        /**
         * @description In what a line differs.
         * @enum {string}
         */
        LineDifference: "placed" | "left_out" | "person_and_day" | "person" | "day" | "start";
        /** @description Why a line is not accepted. */
        LineError: {
            cause: components["schemas"]["Cause"] | null;
            /** @description In words. */
            words: string;
        };
        /** @description A line's id in a body. Whether it names a line is another question. */
        LineId: string;
        /**
         * @description What a line is.
         * @enum {string}
         */
        LineKind: "new" | "moved" | "dropped" | "not_placed";
        /** @description What became of a line. */
        LineOutcome: {
            /** @description Of a change: what the run offered at that time, best first. */
            alternatives: components["schemas"]["OutcomeAlternative"][];
            approval: components["schemas"]["OutcomeApproval"] | null;
            cause: components["schemas"]["OutcomeCause"] | null;
            /** @description Whether `end` is what somebody said by hand. */
            corrected_by_hand: boolean;
            /**
             * Format: date
             * @description The day that it was proposed for.
             */
            date: string;
            decision: components["schemas"]["OutcomeDecision"] | null;
            done_by_id: components["schemas"]["EmployeeId"] | null;
            done_by_name: string | null;
            /** @description Whom it was proposed for. */
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            end: components["schemas"]["OutcomeEnd"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            /**
             * Format: date
             * @description Its day now.
             */
            holder_date: string;
            /** @description Whose line it is now. */
            holder_id: components["schemas"]["EmployeeId"];
            holder_name: string | null;
            label: components["schemas"]["OutcomeLabel"] | null;
            line_id: string;
            proposed_by: components["schemas"]["OutcomeProposer"];
            /** @description Of a rejection: why, in the manager's words. */
            reason: string | null;
            /** Format: int64 */
            version: number;
            /**
             * Format: date
             * @description The Sunday of that day's week.
             */
            week: string;
        };
        /**
         * @description A line's state by name.
         * @enum {string}
         */
        LineStatus: "proposed" | "user_edited" | "rejected" | "superseded" | "approved" | "submitting" | "api_submitted" | "api_failed" | "in_doubt";
        /** @description A page of a list. */
        List_ClosedDay: {
            items: components["schemas"]["ClosedDay"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Employee: {
            items: components["schemas"]["Employee"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Event: {
            items: components["schemas"]["Event"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Schedule: {
            items: components["schemas"]["Schedule"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        LocationFault: {
            locations: number[];
            reason: components["schemas"]["LocationReason"];
        };
        /**
         * @description Why the club's Crossmark location cannot be used, if it cannot.
         * @enum {string}
         */
        LocationReason: "taken" | "several";
        /** @description A locked day. */
        LockedDayFact: {
            /** Format: date */
            date: string;
            reason: string | null;
        };
        /** @description A day that nobody plans any more. */
        LockedDayRequest: {
            /** Format: date */
            date: string;
            /** @description Why. */
            reason?: string | null;
        };
        /** @description The caller. */
        Me: {
            clubs: components["schemas"]["Membership"][];
            /** @description The id that their issuer gives to nobody else (`sub`), by which the audit trail knows them. */
            id: string;
            /** @description What they are called. */
            who: string;
        };
        /** @description A club of theirs. */
        Membership: {
            club_id: components["schemas"]["ClubId"];
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description Its name; null where it was never set up, or cannot be read now. */
            name: string | null;
            role: components["schemas"]["Role"];
        };
        /** @description One morning. */
        MorningHealth: {
            /** Format: date */
            date: string;
            next_week: components["schemas"]["WeekHealth"] | null;
            this_week: components["schemas"]["WeekHealth"] | null;
        };
        /** @description The change that comes nearest where there is no way out. */
        NearestWayOut: {
            /** @description The rules that it breaks. */
            rules: string[];
            /** @description What it would be and what is against it, in words. */
            text: string;
        };
        /** @description A new club. */
        NewClub: {
            /**
             * Format: int64
             * @description Its location at Crossmark; left out, it is learnt where Crossmark lists one only.
             */
            location_id?: number | null;
            /** @description What it is called. */
            name: string;
            /**
             * @description An IANA time zone.
             * @example America/Indiana/Indianapolis
             */
            time_zone: string;
        };
        /** @description How last night's run went. */
        Night: {
            /** Format: date */
            date: string;
            run: components["schemas"]["Run"] | null;
            state: components["schemas"]["NightState"];
            tries: number;
        };
        /**
         * @description In one word.
         * @enum {string}
         */
        NightState: "ok" | "running" | "failed" | "crashed" | "given_up" | "not_due" | "missing";
        NumberConflict: {
            employees: components["schemas"]["PersonOfConflict"][];
            numbers: number[];
        };
        /** @description Counts over days. */
        Numbers: {
            by: components["schemas"]["NumbersBy"];
            /** Format: date */
            from: string;
            /** @description In order of date, name or type; a day or week without anything may be left out. */
            items: components["schemas"]["NumbersRow"][];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            to: string;
            /** @description Minutes from the proposal of a run to its first approval. */
            to_first_approval: components["schemas"]["NumbersMinutes"];
            /** @description Minutes from the proposal of a run to its last acceptance. */
            to_last_acceptance: components["schemas"]["NumbersMinutes"];
            /** @description All of them together. */
            total?: components["schemas"]["NumbersCounts"];
        };
        /**
         * @description What counts are grouped by.
         * @enum {string}
         */
        NumbersBy: "day" | "week" | "person" | "type";
        /** @description Counts of lines. */
        NumbersCounts: {
            /** Format: int32 */
            call_outs: number;
            /** Format: int32 */
            completed: number;
            /**
             * Format: int32
             * @description Kept, changed or rejected.
             */
            decided: number;
            /** @description Managers' edits by cause. */
            edits: {
                [key: string]: number;
            };
            /** Format: int32 */
            kept: number;
            kept_rate: components["schemas"]["NumbersRate"] | null;
            /**
             * Format: int32
             * @description Events that nobody had when their last day passed.
             */
            lost: number;
            no_show_rate: components["schemas"]["NumbersRate"] | null;
            /** Format: int32 */
            no_shows: number;
            /** @description By the code of the reason. */
            not_placed: {
                [key: string]: number;
            };
            /** Format: int32 */
            placed: number;
            /**
             * Format: int32
             * @description Call-outs for which somebody else was found.
             */
            refilled: number;
            /** Format: int32 */
            retries: number;
            /**
             * Format: int32
             * @description Moved although somebody knew of them.
             */
            told_moves: number;
        };
        /** @description Durations of runs. */
        NumbersMinutes: {
            /**
             * Format: double
             * @description Their mean in minutes; null without any.
             */
            mean: number | null;
            /**
             * Format: int32
             * @description Runs.
             */
            n: number;
        };
        /** @description A rate with its range. */
        NumbersRate: {
            /**
             * Format: double
             * @description The upper end.
             */
            high: number;
            /**
             * Format: double
             * @description The lower end of the 80 % range.
             */
            low: number;
            /**
             * Format: int32
             * @description What it is a rate of.
             */
            n: number;
            /** @description Whether that is too few to say much. */
            pale: boolean;
            /**
             * Format: double
             * @description 0 to 1.
             */
            rate: number;
        };
        /** @description The counts of a day, a week, a person or a type. */
        NumbersRow: {
            counts: components["schemas"]["NumbersCounts"];
            /**
             * Format: date
             * @description The day; of a week its Sunday; null by person and by type.
             */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            event_type: string | null;
            to_first_approval: components["schemas"]["NumbersMinutes"] | null;
            to_last_acceptance: components["schemas"]["NumbersMinutes"] | null;
            /** @description By type: day by day. */
            utilisation: components["schemas"]["NumbersUtilisation"][];
            /** @description By person: week by week. */
            workload: components["schemas"]["NumbersWorkload"][];
        };
        /** @description Who works a type on a day, of those who could. */
        NumbersUtilisation: {
            /**
             * Format: int32
             * @description People who work one or could; for Core at most as many as the blocks serve.
             */
            capacity: number;
            /** Format: date */
            date: string;
            /** Format: int32 */
            events: number;
            /**
             * Format: int32
             * @description People who work one.
             */
            working: number;
        };
        /** @description What one person works in one week, of what was sent from here. */
        NumbersWorkload: {
            /** Format: int32 */
            core: number;
            /**
             * Format: int32
             * @description Days with an event.
             */
            days: number;
            level: components["schemas"]["WorkloadLevel"];
            /** Format: int32 */
            minutes: number;
            /**
             * Format: date
             * @description Its Sunday.
             */
            week: string;
        };
        /**
         * @description Why not.
         * @enum {string}
         */
        OffReason: "time_off" | "override" | "weekday";
        OfPlan: components["schemas"]["Imagined"] & {
            /** Format: int64 */
            plan_version: number;
            time_zone: string;
        };
        /** @description A person on the floor, with what they work. */
        OnFloor: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            shifts: components["schemas"]["Shift"][];
        };
        /**
         * @description How a call ended.
         * @enum {string}
         */
        Outcome: "done" | "not_taken" | "refused" | "unknown";
        /** @description A place that the run offered in the proposal's stead. */
        OutcomeAlternative: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /**
             * Format: double
             * @description Points of the score lost by taking it.
             */
            points_lost: number;
        };
        /**
         * @description How a line was approved.
         * @enum {string}
         */
        OutcomeApproval: "alone" | "in_bulk";
        /**
         * @description Why a manager changed a line.
         * @enum {string}
         */
        OutcomeCause: "choice" | "rule" | "absence";
        /** @description A corrected outcome. */
        OutcomeCorrected: {
            outcome: components["schemas"]["LineOutcome"] | null;
            success: boolean;
        };
        /**
         * @description What somebody says of a line's day.
         * @enum {string}
         */
        OutcomeCorrection: "completed" | "did_not_come" | "somebody_else" | "withdrawn";
        /**
         * @description What a manager decided.
         * @enum {string}
         */
        OutcomeDecision: "kept" | "changed_person" | "changed_day" | "changed_both" | "rejected";
        /**
         * @description How a line ended.
         * @enum {string}
         */
        OutcomeEnd: "accepted" | "completed" | "no_show" | "taken_back" | "call_out";
        /**
         * @description The one word for what became of a line.
         * @enum {string}
         */
        OutcomeLabel: "kept" | "changed_person" | "changed_day" | "changed_both" | "rejected" | "accepted" | "completed" | "no_show" | "taken_back" | "call_out";
        /** @description What became of the lines of some days. */
        OutcomeList: {
            /** @description In order of the day that they were proposed for. A page may hold fewer than asked for, also none, before the last. */
            items: components["schemas"]["LineOutcome"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
        };
        /**
         * @description Who proposed a line.
         * @enum {string}
         */
        OutcomeProposer: "run" | "person";
        /** @description What happened on a line's day. */
        OutcomeRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            /**
             * Format: int64
             * @description The version of the outcome that the caller saw. The last writer wins where it is left out.
             */
            version?: number | null;
            what: components["schemas"]["OutcomeCorrection"];
            why?: string | null;
        };
        /** @description What a manager allowed a line to break. */
        Overridden: {
            /** @description When. */
            at: string;
            /** @description Who allowed it. */
            by: string;
            /** @description Why. */
            reason: string;
            /** @description The rules. */
            rules: string[];
        };
        /** @description Another week for a while. */
        OverrideFact: {
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            employee_id: components["schemas"]["EmployeeId"];
            /** Format: date */
            end: string;
            /** Format: date */
            start: string;
        };
        /** @description How well what is posted stood on past mornings. */
        PastHealth: {
            /** @description Oldest first; a day on which nobody looked is not there. */
            items: components["schemas"]["MorningHealth"][];
        };
        /** @description A run and what became of it. */
        PastRun: components["schemas"]["Run"] & {
            /**
             * Format: int64
             * @description From when it had its proposal until something of it was first approved.
             */
            proposed_to_approved_s: number | null;
            quality: components["schemas"]["Quality"] | null;
            /** @description What people and Crossmark made of its lines. */
            tally: components["schemas"]["Tally"];
        };
        /**
         * @description Why submissions rest.
         * @enum {string}
         */
        PauseCode: "login_refused" | "unreachable";
        /** @description The club's submissions rest. */
        Paused: {
            code: components["schemas"]["PauseCode"] | null;
            /**
             * Format: int32
             * @description Pauses in a row.
             */
            row: number;
            /** @description Since when Crossmark has not answered; none where that was not noted. */
            since: string | null;
            /** @description When the next try is. */
            until: string;
            why: string;
            /** @description The same for a person. */
            words: string;
        };
        /** @description A proposal. */
        Pending: {
            daily_preview: {
                [key: string]: components["schemas"]["DayPreview"];
            };
            failed: components["schemas"]["Line"][];
            newly_scheduled: components["schemas"]["Line"][];
            /**
             * Format: int64
             * @description What the club's plan is at now.
             */
            plan_version: number;
            quality: components["schemas"]["Quality"] | null;
            run: components["schemas"]["Run"] | null;
            run_id: components["schemas"]["RunId"] | null;
            stale: components["schemas"]["Staleness"];
            /** @description Moved and dropped ones, each with both sides. */
            swaps: components["schemas"]["Line"][];
            time_zone: components["schemas"]["TimeZone"];
            /** @description Approvals that are not through, oldest first, of whatever run. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /** @description A person. */
        Person: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string;
        };
        /** @description Somebody who could. */
        PersonChoice: {
            /** @description Who. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string;
            /** @description Whether that is how it is now. */
            is_present: boolean;
            /**
             * Format: double
             * @description The score difference to how it is now.
             */
            points: number;
        };
        /** @description What two plans mean for a person. */
        PersonDifference: {
            /** @description The days on which they work. */
            days: number[];
            /**
             * Format: int32
             * @description Events of theirs that differ in more than their start.
             */
            differ: number;
            /** @description Who. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string;
            /** @description Events that they work in the first plan and in the second, posted ones included. */
            events: number[];
            /** @description The minutes of these. */
            minutes: number[];
        };
        PersonOfConflict: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
        };
        /** @description A person who is not available today. */
        PersonOff: components["schemas"]["Person"] & {
            reason: components["schemas"]["OffReason"];
        };
        /** @description Somebody who could not. */
        PersonRefused: {
            /** @description Who. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string;
            /** @description The first rule that it would break. */
            rule: string;
            /** @description That in words. */
            words: string;
        };
        PersonSetAside: {
            field: components["schemas"]["FaultyField"];
            /**
             * Format: int64
             * @description Crossmark's number, where it can be read.
             */
            number: number | null;
            reason: components["schemas"]["FaultReason"];
            /** @description The field in words. */
            words: string;
        };
        /**
         * @description The phases of a run, in order.
         * @enum {string}
         */
        PhaseName: "loading" | "building" | "solving" | "checking" | "writing";
        /** @description A place, as the API answers it. */
        Place: {
            /**
             * Format: int32
             * @description In which block.
             */
            block: number | null;
            /** @description Who. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string | null;
            /** @description From when. */
            schedule_datetime: string;
        };
        /** @description In what two plans differ. */
        PlanComparison: {
            /** @description The second one. */
            after: components["schemas"]["PlanTotals"];
            /** @description The first plan. */
            before: components["schemas"]["PlanTotals"];
            /** @description The events that differ, in order of ref. */
            lines: components["schemas"]["PlanDifference"][];
            /** @description The people whose events differ, in order of id. */
            people: components["schemas"]["PersonDifference"][];
            /** @description The difference in a sentence. */
            summary: string;
        };
        /** @description An event that two plans treat differently. */
        PlanDifference: {
            after: components["schemas"]["PlanSpot"] | null;
            before: components["schemas"]["PlanSpot"] | null;
            /** @description The event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description Its type. */
            event_type: string;
            /** @description Its name. */
            project_name: string;
            /** @description In what it differs. */
            what: components["schemas"]["LineDifference"];
        };
        /** @description What a club has set, the rulebook's defaults filled in. */
        PlannedSettings: {
            /** @description The arrivals of the eight shift blocks, `HH:MM`. */
            arrivals: string[];
            /**
             * Format: int32
             * @description Core events that a block serves.
             */
            block_capacity: number;
            /**
             * Format: int32
             * @description Days from today to the first day that is planned.
             */
            buffer_days: number;
            /**
             * Format: int32
             * @description The past weeks over which Core are shared fairly.
             */
            fairness_weeks: number;
            /** @description What replaces the rulebook's list of types fixed to their start date; null leaves it as it is. */
            fixed_day_types: string[] | null;
            /**
             * Format: double
             * @description A gap that is good enough; null asks for proof.
             */
            gap_points: number | null;
            /**
             * Format: int32
             * @description Days from today to the last one.
             */
            horizon_days: number;
            /**
             * Format: int32
             * @description How long before its start a line may be sent at the latest.
             */
            lead_minutes: number;
            /** @description What replaces the rulebook's list of programme codes; null leaves it as it is. */
            programme_codes: string[] | null;
            /**
             * Format: int32
             * @description How long a run's lines are kept.
             */
            retention_days: number;
            /**
             * Format: int32
             * @description The local hour from which the nightly run is due.
             */
            run_hour: number;
            /**
             * Format: int32
             * @description How long after an unknown outcome Crossmark is read back.
             */
            settle_s: number;
            /** @description When everything but Core starts, `HH:MM` by name; a sequence of slots by its first one. */
            starts: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description The solver's time.
             */
            time_limit_s: number;
            /** @description A factor for each row of the score, 0 to 5. */
            weights: {
                [key: string]: number;
            };
            /** @description From where on a person's week is much. */
            workload: components["schemas"]["WorkloadThresholds"];
        };
        /** @description What a run reads of the settings (rulebook section 8), judged by the rulebook's own reader. */
        PlanningRequest: {
            /** @description The arrivals of the eight shift blocks, `HH:MM`; null for the rulebook's. */
            arrivals?: string[] | null;
            /**
             * Format: int32
             * @description Core events that a block serves.
             */
            block_capacity?: number | null;
            /**
             * Format: int32
             * @description Days from today to the first day that is planned.
             */
            buffer_days?: number | null;
            /** @description When the club closes, `HH:MM`; null for the rulebook's. */
            closing?: string | null;
            /** @description Types fixed to their start date; null for the rulebook's list. */
            fixed_day_types?: string[] | null;
            /**
             * Format: int32
             * @description Days from today to the last one.
             */
            horizon_days?: number | null;
            /** @description Parts of a project's name that are no product; null for the rulebook's list. */
            programme_codes?: string[] | null;
            /** @description When everything but Core starts, `HH:MM` by name; one that is left out stays. Null for the rulebook's. */
            starts?: {
                [key: string]: string;
            } | null;
            /** @description A factor by name, 0 to 5; one that is left out stays. */
            weights?: {
                [key: string]: number;
            } | null;
        };
        /** @description Where an event is, and with whom. */
        PlanSpot: {
            /**
             * Format: int32
             * @description In which block, of a Core.
             */
            block: number | null;
            /** @description Who works it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description From when, club-local. */
            start: string;
        };
        /** @description A plan's score and counts. */
        PlanTotals: {
            /**
             * Format: int32
             * @description Posted schedules that are taken back.
             */
            dropped: number;
            /**
             * Format: int32
             * @description Posted schedules that move.
             */
            moved: number;
            /**
             * Format: int32
             * @description Candidates without one.
             */
            not_placed: number;
            /**
             * Format: int32
             * @description Candidates with a place.
             */
            placed: number;
            /**
             * Format: double
             * @description The score under the plan's own weights.
             */
            score: number;
            /** @description Points by term with every weight at 1, without those of 0. */
            terms: {
                [key: string]: number;
            };
        };
        /** @description Where an event is posted, or would be. */
        PostedSpot: {
            /** Format: int32 */
            block: number | null;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            schedule_datetime: string;
        };
        /** @description Who works a posted event, and when. */
        PostedTo: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            schedule_datetime: string;
        };
        /** @description The current proposal in numbers. */
        ProposalNumbers: {
            accepted: number;
            at: string;
            held: number;
            /** @description Lines that place, move or drop something. */
            lines: number;
            /** @description Of the open ones: those marked for a look. */
            needs_look: number;
            not_placed: number;
            /** @description Of those, what a person has yet to decide on. */
            open: number;
            /** @description Whether what a run reads has changed since. */
            plan_moved: boolean;
            run_id: components["schemas"]["RunId"];
        };
        /** @description Everything that decides a run's answer. */
        Provenance: {
            /** @description The answer in canonical form. */
            answer: components["schemas"]["ArchivedDocument"];
            /** @description The erasures of people that changed what is kept of it, oldest first. */
            erasures: components["schemas"]["ArchiveErasure"][];
            /**
             * Format: double
             * @description The gap in points at which it stops; 0 requires a proof.
             */
            gap_points: number;
            /** @description The version of the solver engine. */
            highs: string;
            /** @description The version of Muster. */
            program: string;
            /** @description The version of the rulebook. */
            rulebook: string;
            /** Format: int32 */
            seed: number;
            snapshot: components["schemas"]["ArchivedDocument"];
            /** Format: int32 */
            threads: number;
            /**
             * Format: int64
             * @description The solver's wall time, in milliseconds.
             */
            time_limit_ms: number;
            /** @description Weights of soft rules, those that are not 1. */
            weights: {
                [key: string]: number;
            };
        };
        /** @description Which change is put back. */
        PutBackRequest: {
            /** @description The fact, as saving it answered. */
            fact: string;
            /**
             * Format: int64
             * @description The version that the change left; 0 where it took the fact away.
             */
            version: number;
        };
        /** @description How good a proposal is, and what it cost to find. */
        Quality: {
            /** Format: double */
            bound: number | null;
            costs: {
                [key: string]: components["schemas"]["Cost"];
            };
            /** @description Unplaced events by reason. */
            failures: {
                [key: string]: number;
            };
            /** Format: double */
            gap_percent: number | null;
            /** Format: double */
            gap_points: number | null;
            /** @description Whether there can be no better one. */
            proven: boolean;
            /**
             * Format: int64
             * @description Requests to the table.
             */
            requests: number;
            /** Format: double */
            score: number | null;
            /** @description Why the solver stopped: `optimal`, `gap`, `time_limit`, `nothing_to_do`. */
            stopped_on: string | null;
            /** @description Points by soft rule. */
            terms: {
                [key: string]: number;
            };
            timing_ms: {
                [key: string]: number;
            };
        };
        Ranked: {
            days: components["schemas"]["DayChoice"][];
        };
        /** @description Why an event is not placed, in brief. */
        Reason: {
            /** @description Which of the rulebook's reasons. */
            code: string;
            /** @description The rules that it rests on. */
            rules: string[];
            /** @description The reason in plain words. */
            text: string;
        };
        Recalled: {
            /** @description Of these, those that the approval had not come to. */
            never_approved: string[];
            /** @description The lines that are as they were before their approval. */
            recalled: string[];
            too_late: components["schemas"]["LeftAlone"][];
        };
        RecallRequest: {
            approval_id?: components["schemas"]["ApprovalId"] | null;
            lines?: components["schemas"]["LineId"][] | null;
        };
        /** @description A refresh. */
        Refresh: {
            /** @description Who asked for it; none for the hourly one. */
            asked_by: string | null;
            /** @description When it was asked for, or begun by itself. */
            at: string;
            counts: components["schemas"]["RefreshCounts"];
            ended_at: string | null;
            /** @description Why it failed, in words. */
            error: string | null;
            failure: components["schemas"]["RefreshFailure"] | null;
            kept_until: string;
            phase: components["schemas"]["RefreshPhase"] | null;
            refresh_id: string;
            status: components["schemas"]["RefreshStatus"];
            time_zone: components["schemas"]["TimeZone"];
        };
        RefreshAsked: {
            /** @description Whether it was under way already: two at once are one. */
            joined: boolean;
            refresh_id: string;
        };
        /** @description Number of events by what happened to them; each event counts once. */
        RefreshCounts: {
            /** @description Crossmark and Muster agree about them again. */
            agree_again: number;
            /** @description Somebody was scheduled at Crossmark. */
            booked: number;
            /** @description Canceled or expired at Crossmark. */
            canceled: number;
            /** @description Name, window, length or condition changed. */
            changed: number;
            /** @description Crossmark contradicts what people here decided; a person must say which is right. */
            differ: number;
            /** @description Left because somebody here was faster; the next refresh looks again. */
            left: number;
            /** @description Events on Crossmark's list. */
            listed: number;
            /** @description The schedule was moved or given away at Crossmark. */
            moved: number;
            /** @description Nobody here knew them. */
            new: number;
            /** @description The schedule was taken back at Crossmark. */
            taken_back: number;
            /** @description Not listed at Crossmark any more. */
            withdrawn: number;
        };
        /** @description What a field of an event was, and what it is. */
        RefreshedChange: {
            /** @description The same as it is now. */
            after: string | null;
            /**
             * @description A name, a type, a window as an ISO 8601 interval of club-local moments, a length in minutes, or a condition; null
             *     where there was none.
             */
            before: string | null;
            field: components["schemas"]["RefreshedField"];
        };
        /**
         * @description What of an event changed.
         * @enum {string}
         */
        RefreshedField: "name" | "type" | "window" | "length" | "condition";
        /** @description The latest refreshes. */
        Refreshes: {
            items: components["schemas"]["Refresh"][];
        };
        /**
         * @description Why a refresh was not made.
         * @enum {string}
         */
        RefreshFailure: "login_refused" | "crossmark_unreadable" | "location" | "out_of_time" | "internal";
        /** @description What a refresh did with an event. */
        RefreshNews: {
            after: components["schemas"]["Place"] | null;
            before: components["schemas"]["Place"] | null;
            /** @description The same with their values; empty in a report that was written without them. */
            changes: components["schemas"]["RefreshedChange"][];
            event_ref_num: components["schemas"]["EventRef"];
            fields: components["schemas"]["RefreshedField"][];
            kind: components["schemas"]["RefreshNewsKind"];
            project_name: string;
        };
        /**
         * @description What happened to an event.
         * @enum {string}
         */
        RefreshNewsKind: "new" | "changed" | "booked" | "moved" | "taken_back" | "canceled" | "withdrawn" | "differ" | "agree_again";
        /**
         * @description What a refresh is at.
         * @enum {string}
         */
        RefreshPhase: "events" | "people" | "writing";
        /** @description A refresh with what it brought in. */
        RefreshReport: components["schemas"]["Refresh"] & {
            /** @description The first 200 events, in the order in which they were written. */
            events: components["schemas"]["RefreshNews"][];
            /** @description People at Crossmark whom nobody here knows, the first 200 by name. */
            unknown_people: components["schemas"]["UnknownPerson"][];
        };
        /**
         * @description How far a refresh is.
         * @enum {string}
         */
        RefreshStatus: "queued" | "running" | "done" | "failed" | "lost";
        RefusedDecision: {
            event_ref_num: components["schemas"]["EventRef"];
            /** @description Why, in words. */
            reason: string;
        };
        /** @description A line that was refused. */
        RefusedLine: {
            /** @description Why, for programs. */
            code: string;
            /** @description The line. */
            line: string;
            /** @description Why, for a person. */
            reason: string;
            /** @description The rules that it rests on. */
            rules: string[];
        };
        Rejected: {
            rejected: string[];
            too_late: components["schemas"]["LeftAlone"][];
        };
        RejectRequest: {
            lines?: components["schemas"]["LineId"][] | null;
            reasons?: string[];
            run_id: components["schemas"]["RunId"];
        };
        /** @description What came of running a run again as it was. */
        Replay: {
            /** @description What the checker finds wrong with the answer of a run that stopped on time. */
            breaches: string[];
            /** @description Whether the replay confirms the run. */
            confirms: boolean;
            /** @description How many erasures of people changed what is kept of the run. */
            erasures: number;
            /** @description Lines that differ. */
            lines_differ: number;
            /**
             * Format: double
             * @description The score of the replay; none where the run's answer was judged again instead.
             */
            score_now: number | null;
            /**
             * Format: double
             * @description The score of the run.
             */
            score_then: number;
            /** @description The verdict as a sentence, with the versions that changed. */
            text: string;
            verdict: components["schemas"]["ReplayVerdict"];
            /** @description What has another version than it had for the run. */
            versions: components["schemas"]["VersionChange"][];
        };
        /**
         * @description What an answer and its replay have in common.
         * @enum {string}
         */
        ReplayVerdict: "identical" | "other_lines" | "different" | "rejudged" | "unfinished";
        /** @enum {string} */
        RequestedRunType: "manual";
        Retried: {
            not_failed: components["schemas"]["LeftAlone"][];
            refused: components["schemas"]["RefusedLine"][];
            retried: string[];
        };
        /**
         * @description What somebody may do in a club; each may do what the one before may.
         * @enum {string}
         */
        Role: "viewer" | "manager" | "admin";
        /** @description The backups of both rotations. */
        RotationBackups: {
            /** @description Of the juicer rotation. */
            juicer?: components["schemas"]["RotationWeek"];
            /** @description Of the primary leads. */
            primary_lead?: components["schemas"]["RotationWeek"];
        };
        /** @description An exception. */
        RotationException: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            exception_id: string;
            reason: string | null;
            rotation_type: components["schemas"]["RotationType"];
            /** Format: int64 */
            version: number;
        };
        /** @description Who holds a rotation on a weekday. */
        RotationFact: {
            backup_employee_id: components["schemas"]["EmployeeId"] | null;
            day: components["schemas"]["Day"];
            employee_id: components["schemas"]["EmployeeId"];
            rotation: components["schemas"]["RotationType"];
        };
        /** @description The rotations as they stand. */
        Rotations: components["schemas"]["RotationTables"] & {
            saved: components["schemas"]["RotationsSavedBy"] | null;
            /**
             * Format: int64
             * @description To be named when they are saved, so that nobody's change is overwritten unseen.
             */
            version: number;
        };
        /** @description Both rotations, and the version that they replace. */
        RotationsRequest: {
            backups?: components["schemas"]["RotationBackups"];
            juicer: components["schemas"]["RotationWeek"];
            primary_lead: components["schemas"]["RotationWeek"];
            /**
             * Format: int64
             * @description The version that they replace; 0 for none. The last writer wins where it is left out.
             */
            version?: number | null;
        };
        /** @description What was saved. */
        RotationsSaved: {
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description Who saved them last. */
        RotationsSavedBy: {
            at: string;
            by: string;
        };
        /** @description Both rotations and their backups. */
        RotationTables: {
            /** @description Who when that person is not available. */
            backups: components["schemas"]["RotationBackups"];
            /** @description Who works Juicer Production. */
            juicer: components["schemas"]["RotationWeek"];
            /** @description Who leads the day. */
            primary_lead: components["schemas"]["RotationWeek"];
        };
        /** @description Who holds a rotation today. */
        RotationToday: {
            backup: components["schemas"]["Person"] | null;
            /** @description Whether an exception names them. */
            exception: boolean;
            named: components["schemas"]["Person"] | null;
            on_duty: components["schemas"]["Person"] | null;
        };
        /** @enum {string} */
        RotationType: "juicer" | "primary_lead";
        /** @description A person for each weekday; a day that is left out has nobody. */
        RotationWeek: {
            /** @default null */
            friday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            monday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            saturday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            sunday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            thursday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            tuesday?: components["schemas"]["EmployeeId"] | null;
            /** @default null */
            wednesday?: components["schemas"]["EmployeeId"] | null;
        };
        /** @description A manager's word that broken rules are meant. */
        RulesOverride: {
            /** @description Why they are meant. */
            reason: string;
        };
        /** @description A run. */
        Run: {
            /** @description When something of it was first approved. */
            approved_at: string | null;
            /** @description Who asked for a manual one. */
            by: string | null;
            /** @description When it first had its proposal. */
            completed_at: string | null;
            created_at: string;
            /**
             * Format: date
             * @description The night of an automatic one.
             */
            date: string | null;
            /** @description Who has seen that it crashed. */
            dismissed_by: string | null;
            emergency: boolean;
            /** @description Why it failed or was rejected. */
            error: string | null;
            /** Format: int32 */
            events_failed: number | null;
            /** Format: int32 */
            events_requiring_swaps: number | null;
            /** Format: int32 */
            events_scheduled: number | null;
            /** @description What the table has of the club that no run can use, and that this one left out; the first 20. */
            left_out: string[];
            phase: components["schemas"]["RunPhase"] | null;
            /** Format: int64 */
            plan_version: number | null;
            provenance: components["schemas"]["Provenance"] | null;
            /** @description From when on its lines are gone. */
            retired_at: string | null;
            run_id: components["schemas"]["RunId"];
            run_type: components["schemas"]["RunType"];
            /** @description Whether nothing was heard from its solver for so long that it must be lost. */
            silent: boolean;
            status: components["schemas"]["RunStatus"];
            /** @description Since when it is in its state. */
            status_since: string | null;
            superseded_by: components["schemas"]["RunId"] | null;
            /** Format: int32 */
            total_events_processed: number | null;
        };
        /** @description A run; later runs sort after earlier ones. */
        RunId: string;
        RunNamed: {
            run_id: components["schemas"]["RunId"];
        };
        /** @description The best other choice for a line with everything else fixed. */
        RunnerUp: {
            /**
             * Format: date
             * @description On which date.
             */
            date: string;
            /** @description Who would work it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string | null;
            /**
             * Format: double
             * @description Points lost by taking it.
             */
            points_lost: number;
            /** @description The points that make the difference, by term. */
            terms: {
                [key: string]: number;
            };
        };
        /** @description What a run's solver is doing. */
        RunPhase: {
            detail: string | null;
            name: components["schemas"]["PhaseName"];
            since: string;
        };
        /** @description How a run stands. */
        RunProgress: components["schemas"]["Run"] & {
            /** @description Lines by state. */
            counts: {
                [key: string]: number;
            };
            /** @description To be sent as `since` next time. */
            cursor: string;
            /** @description Lines that approval passes by. */
            held: number;
            /** @description Lines that changed since; null where that was not asked for. */
            lines: components["schemas"]["Line"][] | null;
            quality: components["schemas"]["Quality"] | null;
            time_zone: components["schemas"]["TimeZone"] | null;
            /** @description Approvals of the run that are not through, oldest first. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /** @description How runs went. */
        RunRates: {
            /**
             * Format: int64
             * @description Lines that Crossmark accepted.
             */
            accepted: number;
            approved: number;
            crashed: number;
            /**
             * Format: int64
             * @description Lines changed by hand.
             */
            edits: number;
            /** @description Those that are over, well or not. */
            ended: number;
            /**
             * Format: double
             * @description Events that a proposal has on average.
             */
            events_per_run: number | null;
            failed: number;
            /** @description Unplaced events by reason. */
            failures: {
                [key: string]: number;
            };
            manual: number;
            /**
             * Format: double
             * @description Of all events of their proposals: how many have a place, 0 to 1.
             */
            placed_rate: number | null;
            /** @description Those that ended with a proposal. */
            proposed: number;
            /**
             * Format: int64
             * @description Times that a line ended without being accepted.
             */
            refused: number;
            rejected: number;
            /**
             * Format: int64
             * @description Lines approved again after a failure.
             */
            retries: number;
            runs: number;
            /**
             * Format: double
             * @description Of those that ended: how many with a proposal, 0 to 1.
             */
            success_rate: number | null;
            /**
             * Format: int32
             * @description Posted schedules that their proposals move or drop.
             */
            swaps: number;
            /**
             * Format: double
             * @description From when a proposal was there until something of it was first approved, on average.
             */
            time_to_approval_s: number | null;
        };
        RunRequest: {
            /** @description Whether days inside the buffer are planned too. */
            emergency?: boolean;
            run_type?: components["schemas"]["RequestedRunType"];
        };
        /**
         * @description A run's state by name.
         * @enum {string}
         */
        RunStatus: "queued" | "running" | "completed" | "failed" | "crashed" | "approved" | "rejected" | "superseded";
        /**
         * @description What started a run.
         * @enum {string}
         */
        RunType: "automatic" | "manual" | "by_hand" | "trial";
        /** @description A posted schedule. */
        Schedule: {
            /** Format: int32 */
            block: number | null;
            condition: string | null;
            due_date: string;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /** Format: int32 */
            estimated_minutes: number;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            project_name: string;
            schedule_datetime: string;
            scheduled_event_id: components["schemas"]["ScheduledEventId"] | null;
            start_date: string;
            /** Format: int64 */
            version: number;
        };
        /**
         * @description One event: `{"event_ref_num", "employee_id", "schedule_datetime"}` (of a posted event either may be left out), or
         *     `{"event_ref_num", "take_back": true}`.
         */
        ScheduleChange: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
            /** @description Whether its posted schedule is taken back. */
            take_back?: boolean;
        };
        /** @description What changes of posted schedules do. */
        ScheduleChanges: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            held_with: components["schemas"]["HeldWith"][];
            /** @description Lines that are still to be approved, because the plan kept moving; they follow within minutes. */
            left: number;
            /** @description What changes, what moves along included. */
            lines: components["schemas"]["Line"][];
            /** @description The rules that are broken on purpose. */
            overridden: components["schemas"]["BrokenRule"][];
            /**
             * Format: int64
             * @description The plan version on which they were judged.
             */
            plan_version: number;
            /**
             * Format: double
             * @description The score difference.
             */
            points: number;
            /** @description Lines that go to Crossmark. */
            queued: number;
            refused: components["schemas"]["RefusedLine"][];
            run_id: components["schemas"]["RunId"] | null;
            /** @description The same by term. */
            terms: {
                [key: string]: number;
            };
            time_zone: string;
        };
        ScheduleChangesRequest: {
            changes: components["schemas"]["ScheduleChange"][];
            /** @description Only says what would happen. */
            dry_run?: boolean;
            override?: components["schemas"]["RulesOverride"] | null;
            /**
             * Format: int64
             * @description The plan version that the caller saw; the changes are refused on another one.
             */
            plan_version?: number | null;
            /** @description Why the schedules change, for the audit trail. */
            reason?: string | null;
        };
        /**
         * Format: int64
         * @description The id that Crossmark gives a scheduled event; needed to take it back.
         */
        ScheduledEventId: number;
        /** @description What a club is, and what it has set. */
        Settings: components["schemas"]["PlannedSettings"] & {
            club: components["schemas"]["Club"];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            version: number;
        };
        /** @description The club and its settings, the rulebook's defaults filled in. */
        SettingsFact: components["schemas"]["PlannedSettings"] & {
            name: string;
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description The members to change; one that is left out stays as it is, one that may be null has its default then. */
        SettingsRequest: components["schemas"]["PlanningRequest"] & {
            /**
             * Format: int32
             * @description The past weeks over which Core are shared fairly.
             */
            fairness_weeks?: number | null;
            /**
             * Format: int32
             * @description How long before its start a line may be sent at the latest, in minutes.
             */
            lead_minutes?: number | null;
            /** @description What the club is called. */
            name?: string | null;
            /**
             * Format: int32
             * @description The local hour from which the nightly run is due.
             */
            run_hour?: number | null;
            /**
             * Format: int32
             * @description The solver's time, in seconds.
             */
            time_limit_s?: number | null;
            /**
             * @description An IANA time zone.
             * @example America/Indiana/Indianapolis
             */
            time_zone?: string | null;
            /**
             * Format: int64
             * @description The version that they replace. The last writer wins where it is left out.
             */
            version?: number | null;
            why?: string | null;
            workload?: components["schemas"]["WorkloadRequest"] | null;
        };
        /** @description How far a club is set up. */
        Setup: {
            /** @description Whether the club exists. */
            exists: boolean;
            /** @description Crossmark's locations to choose from, where it lists several and the club's is not known. */
            locations: number[];
            /** @description Whether all that a first run needs is there. */
            ready: boolean;
            /** @description In the order in which they are done. */
            steps: components["schemas"]["SetupStep"][];
        };
        /** @description A step, and what it lacks. */
        SetupStep: {
            /** @description Whether it lacks nothing. */
            done: boolean;
            /** @description What it lacks, each in a sentence. */
            missing: string[];
            /** @description Whether a first run needs it. */
            needed: boolean;
            step: components["schemas"]["SetupStepName"];
        };
        /**
         * @description A step on the way to a first proposal.
         * @enum {string}
         */
        SetupStepName: "club" | "crossmark" | "people" | "titles" | "availability" | "rotations" | "holidays" | "events" | "first_proposal";
        /**
         * @description How bad a finding is.
         * @enum {string}
         */
        Severity: "critical" | "warning" | "info";
        /** @description One event of theirs. */
        Shift: {
            /** Format: int32 */
            block: number | null;
            /** Format: int32 */
            estimated_minutes: number;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            project_name: string;
            schedule_datetime: string;
        };
        /** @description What was loaded. */
        SnapshotLoaded: {
            club_id: components["schemas"]["ClubId"];
            /** @description People, availability, rotations and all else. */
            documents: number;
            /** @description Events, posted ones included. */
            events: number;
            /** @description Posted schedules. */
            posted: number;
            success: boolean;
        };
        /** @description Where an event would be. */
        Spot: {
            /**
             * Format: int32
             * @description In which block, of a Core.
             */
            block: number | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description Their name. */
            employee_name: string | null;
            /** @description The event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The line, where the event has one. */
            line: string | null;
            /** @description From when. */
            schedule_datetime: string | null;
        };
        /** @description What has changed since a proposal was made. */
        Staleness: {
            newer_run_id: components["schemas"]["RunId"] | null;
            /** @description What a run reads has changed, by anything but its own lines on their way to Crossmark. */
            plan_moved: boolean;
        };
        /** @description An event for which a call-out finds nobody. */
        StaysOpen: {
            event_ref_num: components["schemas"]["EventRef"];
            /** @description What would have to give for somebody to take it, the smallest first, at most 3. */
            fits_if: components["schemas"]["FitsIf"][];
            /** @description Why, in plain words. */
            reason: string;
            rules: string[];
        };
        /**
         * @description What a change is of.
         * @enum {string}
         */
        SubjectKind: "run" | "line" | "submissions" | "listing" | "event" | "fact" | "finding" | "debt" | "draft";
        /** @description A page of submissions. */
        SubmissionList: {
            /** @description Lines accepted since the club's midnight; null where that was not asked for. */
            accepted_today: number | null;
            /** @description The failed ones, by cause. */
            causes: {
                [key: string]: number;
            };
            /** @description All of the club's, by state. */
            counts: {
                [key: string]: number;
            };
            items: components["schemas"]["Line"][];
            /** @description Where the next page starts; none on the last. */
            next: string | null;
            paused: components["schemas"]["Paused"] | null;
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description Submissions that wait for a person, and those that do not. */
        SubmissionsNeedingYou: {
            failed: number;
            in_doubt: number;
            paused_until: string | null;
            /** @description Of the failed ones, those that came too late to be sent. */
            too_late: number;
            under_way: number;
        };
        /**
         * @description A step of a line's submission, written before its call is made.
         * @enum {string}
         */
        SubmissionStep: "delete" | "schedule" | "restore";
        /** @description What every answer of a writing route begins with. */
        Success_Approved: components["schemas"]["Approved"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_DifferencesDecided: components["schemas"]["DifferencesDecided"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_DoneByHand: components["schemas"]["DoneByHand"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Draft: components["schemas"]["Draft"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_DroppedLines: components["schemas"]["DroppedLines"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Edited: components["schemas"]["Edited"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_FindingHeeded: components["schemas"]["FindingHeeded"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_FindingIgnored: components["schemas"]["FindingIgnored"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_FixesApplied: components["schemas"]["FixesApplied"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_OfPlan: components["schemas"]["OfPlan"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Recalled: components["schemas"]["Recalled"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_RefreshAsked: components["schemas"]["RefreshAsked"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Rejected: components["schemas"]["Rejected"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Retried: components["schemas"]["Retried"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_RunNamed: components["schemas"]["RunNamed"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_ScheduleChanges: components["schemas"]["ScheduleChanges"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_TrialAdopted: components["schemas"]["TrialAdopted"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_TrialBegun: components["schemas"]["TrialBegun"] & {
            /** @description Always. */
            success: boolean;
        };
        /** @description What every answer of a writing route begins with. */
        Success_Withdrawn: components["schemas"]["Withdrawn"] & {
            /** @description Always. */
            success: boolean;
        };
        /**
         * @description Whether something may be learned and used.
         * @enum {string}
         */
        Switch: "on" | "off";
        /** @description How often it happened; a line that was edited twice counts twice. */
        Tally: {
            /**
             * Format: int64
             * @description Accepted by Crossmark.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Approved for the first time, or after a recall.
             */
            approved: number;
            /**
             * Format: int64
             * @description Another person, day or time, by hand.
             */
            edited: number;
            /**
             * Format: int64
             * @description Ended without being accepted.
             */
            failed: number;
            /**
             * Format: int64
             * @description Marked to be passed by.
             */
            held: number;
            /**
             * Format: int64
             * @description Taken back before anything was sent.
             */
            recalled: number;
            /**
             * Format: int64
             * @description Not wanted.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Approved again after a failure.
             */
            retried: number;
        };
        /** @description Points of one soft rule. */
        TermChange: {
            /** Format: double */
            a: number;
            /** Format: double */
            b: number;
            /** Format: double */
            difference: number;
        };
        /** @description Days off, both ends included. */
        TimeOff: {
            /** Format: date */
            end: string;
            /** @description What takes it back. */
            id: string;
            /** Format: date */
            start: string;
        };
        /** @description Days off. */
        TimeOffFact: {
            employee_id: components["schemas"]["EmployeeId"];
            /** Format: date */
            end: string;
            /** Format: date */
            start: string;
        };
        /** @description Days off, both ends included. */
        TimeOffRequest: {
            employee_id: components["schemas"]["EmployeeId"];
            /**
             * Format: date
             * @description Not before the start.
             */
            end: string;
            /** Format: date */
            start: string;
            /** @description Why the record changes; who is away and for which illness does not belong here. */
            why?: string | null;
        };
        /**
         * @description A time zone that exists, by its IANA name.
         * @example America/Indiana/Indianapolis
         */
        TimeZone: string;
        /** @description Who holds the rotations today. */
        TodaysRotation: {
            juicer: components["schemas"]["RotationToday"];
            primary_lead: components["schemas"]["RotationToday"];
        };
        /** @description A trial with its result. */
        Trial: {
            adopted_run_id: components["schemas"]["RunId"] | null;
            base_run_id: components["schemas"]["RunId"] | null;
            /** @description What is different in it. */
            change: Record<string, never>;
            created_at: string;
            /** @description Why it failed. */
            error: string | null;
            /** @description Until when it is kept. */
            kept_until: string;
            result: components["schemas"]["TrialResult"] | null;
            status: components["schemas"]["TrialStatus"];
            trial_id: string;
        };
        /** @description What an adoption did: the run that is the current proposal now, or the approved moves of a call-out. */
        TrialAdopted: {
            changes: components["schemas"]["ScheduleChanges"] | null;
            /** @description Lines of it that differ from the proposal before. */
            differ: number | null;
            run_id: components["schemas"]["RunId"] | null;
        };
        /** @description What is changed. */
        TrialBase: "now" | {
            /** @description The club as a run read it. */
            run: components["schemas"]["RunId"];
        } | {
            /** @description Nothing: this run is run again as it was. */
            replay: components["schemas"]["RunId"];
        };
        TrialBegun: {
            trial_id: string;
        };
        /** @description What is tried, and on what. */
        TrialRequest: {
            /** @description What is changed: the club as it is where it is left out. */
            base?: components["schemas"]["TrialBase"];
            /**
             * @description What is different; lists have the rows of a snapshot.
             *
             *     Any of `weights`, `block_capacity`, `buffer_days`, `time_off`, `availability_overrides`, `weekly_availability`,
             *     `working`, `employees`, `exceptions`, `lock`, `unlock`, `fixed`, `forbidden`, `callout`.
             */
            change: Record<string, never>;
        };
        /** @description What a trial found. */
        TrialResult: components["schemas"]["PlanComparison"] & {
            /**
             * Format: double
             * @description Upper bound of the score of every legal schedule.
             */
            bound: number | null;
            /**
             * Format: double
             * @description Points between score and bound.
             */
            gap: number | null;
            /** @description Events for which a call-out finds nobody. */
            open: components["schemas"]["StaysOpen"][];
            /**
             * Format: int64
             * @description The plan version that it read; only on this one can it be adopted.
             */
            plan_version: number;
            replay: components["schemas"]["Replay"] | null;
            /** Format: double */
            score: number;
            /**
             * Format: int64
             * @description Milliseconds that solving took.
             */
            solve_ms: number;
            /** @description `optimal`, `gap`, `time_limit` or `nothing_to_do`. */
            status: string;
        };
        /**
         * @description How far a trial is.
         * @enum {string}
         */
        TrialStatus: "queued" | "running" | "done" | "failed";
        /** @description The type and length of an event as Crossmark gave them. */
        UncorrectedFact: {
            /** Format: int32 */
            estimated_minutes: number | null;
            event_type: string | null;
        };
        /**
         * @description An approval that is not worked off, or whose lines were not all sent on their way yet. It goes on by itself within
         *     minutes, and can be recalled until then.
         */
        UnfinishedApproval: {
            approval_id: components["schemas"]["ApprovalId"];
            /** @description Of those, lines that are. */
            approved: number;
            /** @description Lines that are to be approved. */
            lines: number;
            /** @description Whether a recall of it still takes something back. */
            recallable: boolean;
            run_id: components["schemas"]["RunId"];
            /**
             * Format: date-time
             * @description When, in UTC.
             */
            since: string;
            /** @description Who approved. */
            who: string;
        };
        /** @description A person at Crossmark whom nobody here knows. */
        UnknownPerson: {
            employee_id: string | null;
            name: string;
            /** Format: int64 */
            rep_id: number;
        };
        /** @description A placement that was refused. */
        Unwanted: {
            /** @description When. */
            at: string;
            /** @description Who refused it. */
            by: string;
            /**
             * Format: date
             * @description On which day.
             */
            date: string;
            /** @description Who was to work it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string | null;
            /** @description Why not, in words. */
            reason: string;
        };
        /** @description A week's findings. */
        Validation: components["schemas"]["HealthOfWeek"] & {
            /** @description In order of date, severity, rule, person and events. */
            items: components["schemas"]["Finding"][];
            /** @description To be sent as `cursor` for the next page; none on the last one. */
            next: string | null;
            /** Format: int64 */
            plan_version: number;
            /** @description When events were read from Crossmark; none where they never were. */
            refreshed_at: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            today: string;
        };
        /** @description What has another version than it had for a run. */
        VersionChange: {
            now: string;
            then: string;
            what: components["schemas"]["Versioned"];
        };
        /**
         * @description What has a version.
         * @enum {string}
         */
        Versioned: "program" | "rulebook" | "highs";
        /** @description A way out of a finding. */
        WayOut: {
            changes: components["schemas"]["WayOutChange"][];
            /** @description To be sent as `option`. */
            id: string;
            /** @description `give`, `move`, `trade`, `place`, `rotation`, `take_back` or `leave`. */
            kind: string;
            /**
             * Format: double
             * @description The score afterwards minus the score before.
             */
            points: number;
            /** @description Findings that go, this one included. */
            removes: number;
            /** @description Other findings that stay with fewer events. */
            shrinks: number;
            /** @description What to do, in words. */
            text: string;
        };
        /** @description One thing that a way out changes. */
        WayOutChange: {
            after: components["schemas"]["PostedSpot"] | null;
            before: components["schemas"]["PostedSpot"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @enum {string} */
            kind: "schedule";
            /** @description Whether Crossmark is told of it: of who and when, not of a block. */
            told_to_crossmark: boolean;
        } | {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /** @enum {string} */
            kind: "rotation";
            rotation_type: string;
        };
        /** @description The ways out of a finding. */
        WaysOut: {
            finding: components["schemas"]["Finding"];
            nearest: components["schemas"]["NearestWayOut"] | null;
            /** @description At most 8, the best score difference first; the last one changes nothing. */
            options: components["schemas"]["WayOut"][];
            /** Format: int64 */
            plan_version: number;
        };
        /** @description A person's usual week. */
        WeekFact: {
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            employee_id: components["schemas"]["EmployeeId"];
        };
        /** @description How well a week stood. */
        WeekHealth: {
            /** Format: int32 */
            critical: number;
            /**
             * Format: int32
             * @description 0 to 100.
             */
            health: number;
            /**
             * Format: int32
             * @description Posted schedules.
             */
            schedules: number;
            /** Format: int32 */
            warnings: number;
            /**
             * Format: date
             * @description Its Sunday.
             */
            week: string;
        };
        /** @description Somebody's usual week. */
        WeeklyAvailabilityRequest: {
            /** @description By weekday; one that it leaves out is available. None at all takes the week away. */
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            /**
             * Format: int64
             * @description The version that it replaces; 0 for none. The last writer wins where it is left out.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The weights that would be saved. Nothing is saved yet. */
        WeightsFromWords: {
            /** @description The weights that change, by name: what `PUT /api/settings` and a trial take. */
            weights: {
                [key: string]: number;
            };
            wishes: components["schemas"]["WeightWish"][];
        };
        /** @description One weight, as it was said. */
        WeightWish: {
            /** Format: double */
            after: number;
            /** Format: double */
            before: number;
            /**
             * Format: double
             * @description What it is multiplied by; none where it is set.
             */
            factor: number | null;
            /** @description The part of the text that says so. */
            said: string;
            /**
             * Format: double
             * @description What it is set to; none where it is multiplied.
             */
            to: number | null;
            /** @description The weight. */
            weight: string;
        };
        /** @description What is said. */
        WeightWords: {
            /** @description One or several wishes: `follow the rotation more, fairness a little less`. */
            text: string;
            /** @description Weights by name that are not saved yet, on top of which the wishes count; the club's own where none is given. */
            weights?: {
                [key: string]: number;
            };
        };
        /** @description Where an event was placed by hand. */
        Wish: {
            /** @description When. */
            at: string;
            /** @description Who asked. */
            by: string;
            /**
             * Format: date
             * @description On which day.
             */
            date: string;
            /** @description Who is to work it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Their name. */
            employee_name: string | null;
            /** @description Whether the line is so. */
            met: boolean;
            /** @description The rules that stand against it. */
            rules: string[];
            /** @description Why it is not, in words. */
            why_not: string | null;
        };
        Withdrawn: {
            /** @description Events that were withdrawn. */
            withdrawn: number;
        };
        /**
         * @description How much a week is.
         * @enum {string}
         */
        WorkloadLevel: "normal" | "high" | "too_much";
        /** @description From where on a person's week is much. */
        WorkloadRequest: {
            /** Format: int32 */
            high_days?: number | null;
            /** Format: int32 */
            high_minutes?: number | null;
            /** Format: int32 */
            too_much_days?: number | null;
            /** Format: int32 */
            too_much_minutes?: number | null;
        };
        /** @description From where on a person's week is much. */
        WorkloadThresholds: {
            /**
             * Format: int32
             * @description Days that are high.
             */
            high_days: number;
            /**
             * Format: int32
             * @description Minutes that are high.
             */
            high_minutes: number;
            /**
             * Format: int32
             * @description Days that are too much.
             */
            too_much_days: number;
            /**
             * Format: int32
             * @description Minutes that are too much.
             */
            too_much_minutes: number;
        };
        /** @description A holiday of every year. */
        YearlyHoliday: {
            /** @description What takes it away. */
            id: string;
            name: string | null;
            /**
             * Format: date
             * @description The first date from today on.
             */
            next: string | null;
            rule: components["schemas"]["HolidayRule"];
            /** Format: int64 */
            version: number;
        };
        /** @description A holiday of every year. */
        YearlyHolidayFact: {
            name: string | null;
            rule: components["schemas"]["HolidayRule"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
