// Made from openapi.json by `npm run types`; not to be edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Affinity learned from outcomes: how often a person's lines of an event type are kept and worked. */
        Affinity: {
            /**
             * Format: double
             * @description Mean squared error of the predictions; `null` without predictions.
             */
            brier: number | null;
            /** @description Predicted rates beside observed rates, in five bins of predicted rates; empty without predictions. */
            calibration: components["schemas"]["CalibrationBin"][];
            /** @description Whether runs of the club may use affinity. */
            club: components["schemas"]["Switch"];
            gate: components["schemas"]["AffinityGate"];
            /**
             * Format: date
             * @description The date of the last evaluation; `null` before the first night.
             */
            judged_on: string | null;
            /**
             * Format: double
             * @description Mean log loss of the predictions, in nats; `null` without predictions.
             */
            log_loss: number | null;
            /** @description People whose outcomes are ignored. Runs give them the usual rates. */
            people_off: components["schemas"]["EmployeeId"][];
            /** @description The learned rates, by person and event type, without those of `people_off`. */
            rates: components["schemas"]["AffinityRate"][];
            /**
             * @description Whether a run that starts now uses affinity: the last evaluation published rates, and the club has not switched
             *     affinity off since.
             */
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
            /** @description The people whose outcomes are ignored. */
            people_off: components["schemas"]["EmployeeId"][];
        };
        /** @description Whether affinity predicts outcomes, and how that was evaluated. */
        AffinityGate: {
            /** @description Whether affinity predicts unseen outcomes better than the usual rates do. */
            open: boolean;
            /** @description Number of pieces of evidence. An outcome may count for one person and against another. */
            outcomes: number;
            /** @description Minimum number of pieces of evidence for an evaluation. */
            outcomes_needed: number;
            /** @description The evaluation windows, in order of time. */
            windows: components["schemas"]["AffinityWindow"][];
            /**
             * Format: double
             * @description By how many standard errors affinity is better than the usual rates.
             */
            z: number;
            /**
             * Format: double
             * @description The gate opens if `z` is larger than this, and affinity has the smaller loss in at least 3 windows.
             */
            z_needed: number;
        };
        /** @description A person's rate for an event type. */
        AffinityRate: {
            employee_id: components["schemas"]["EmployeeId"];
            event_type: string;
            /**
             * Format: double
             * @description Upper end of the 80 % range of the rate.
             */
            high: number;
            /**
             * Format: int32
             * @description Number of the person's counted outcomes that are in their favour.
             */
            kept: number;
            /**
             * Format: double
             * @description Lower end of the 80 % range of the rate.
             */
            low: number;
            /**
             * Format: int32
             * @description Number of the person's outcomes that count.
             */
            of: number;
            /**
             * Format: double
             * @description The expected rate, 0 to 1.
             */
            score: number;
            /** @description The rate in words: `kept 14 of 15; usual 9 of 10`. */
            text: string;
            /**
             * Format: double
             * @description The expected rate of a person without outcomes.
             */
            usual: number;
        };
        /** @description The switches to change. A switch that is left out stays as it is. */
        AffinityRequest: {
            club?: components["schemas"]["Switch"] | null;
            /** @description All people whose outcomes are to be ignored. The list replaces the stored one. */
            people_off?: components["schemas"]["EmployeeId"][] | null;
            /**
             * Format: int64
             * @description The version that the request replaces. Without it, the last writer wins.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The switches after the change. */
        AffinitySaved: {
            club: components["schemas"]["Switch"];
            people_off: components["schemas"]["EmployeeId"][];
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description Losses in one evaluation window. The models were fitted only to the outcomes before the window. */
        AffinityWindow: {
            /**
             * Format: double
             * @description Mean log loss of the usual rates of the event types, in nats.
             */
            base: number;
            /**
             * Format: date
             * @description The first day of the window.
             */
            from: string;
            /**
             * Format: double
             * @description Mean log loss of affinity, in nats.
             */
            model: number;
            /** @description Number of pieces of evidence in the window. */
            n: number;
            /**
             * Format: date
             * @description The last day of the window.
             */
            to: string;
        };
        /** @description A person's availability on a weekday. */
        Allowance: boolean | {
            /** @description The start of the hours. */
            from: components["schemas"]["ClockTime"];
            /** @description The end of the hours, at most `24:00`. */
            to: components["schemas"]["ClockTime"];
        };
        ApplyRequest: {
            /** @description Returns the effect of the request without carrying it out. */
            dry_run?: boolean;
            /** @description The id of the way out. */
            option: string;
            /**
             * Format: int64
             * @description The plan version that the caller saw. The request is refused if the version has changed.
             */
            plan_version?: number | null;
        };
        /** @description The id of an approval. Ids sort by the time when the approval, or the draft that it is named after, was made. */
        ApprovalId: string;
        Approved: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            /** @description Identifies the lines of `queued` and their versions; `null` if lines were approved. */
            digest: string | null;
            /** @description Lines that are not approved, because they would break a rule without another line that is not approved either. */
            held_with: components["schemas"]["HeldWith"][];
            /**
             * @description Number of lines that are not approved yet, because the plan kept changing. The service checks them again within
             *     minutes, and approves or refuses them.
             */
            left: number;
            queued: number;
            refused: components["schemas"]["RefusedLine"][];
        };
        ApproveRequest: {
            /**
             * @description The digest of a dry run of the same request. With it, nothing is approved if other lines would be sent by now, or
             *     one of them has changed (409 `APPROVAL_CHANGED`).
             */
            digest?: string | null;
            dry_run?: boolean;
            lines?: components["schemas"]["LineId"][] | null;
            run_id: components["schemas"]["RunId"];
        };
        /** @description An archived document of a run. */
        ArchivedDocument: {
            kept_until: string;
            /** @description The location of the document in the table. */
            place: string;
            /** @description The SHA-256 digest of the document, in hexadecimal digits. */
            sha256: string;
        };
        /** @description How the erasure of a person changed the archived documents of a run: their digests before and after. */
        ArchiveErasure: {
            answer_after: string;
            answer_before: string;
            at: string;
            snapshot_after: string;
            snapshot_before: string;
        };
        /**
         * @description How the sentence was understood, and the answer. Exactly one of `answer`, `question` and `not_understood` is not
         *     `null`.
         */
        AskAnswer: {
            /** @description The address at which the client shows the answer: its fragment, such as `#/events?cond=open`. */
            address: string | null;
            /** @description The answer of the tool, as assistants get it. If the sentence asks for a change, a summary of the draft. */
            answer: Record<string, never> | null;
            /** @description The draft to confirm, if the sentence asks for a change. */
            draft_id: string | null;
            not_understood: components["schemas"]["AskNotUnderstood"] | null;
            question: components["schemas"]["AssistQuestion"] | null;
            understood: components["schemas"]["AskUnderstood"] | null;
        };
        /** @description The sentence does not match the grammar, or names nothing that can be answered. */
        AskNotUnderstood: {
            /** @description The three most similar examples of sentences. Their names and numbers are examples too. */
            nearest: string[];
            said: string;
            /**
             * @description Why the sentence cannot be answered; `null` if it does not match the grammar, or is a name that no person and no
             *     event has.
             */
            why: string | null;
        };
        /** @description A question, or a sentence that asks for a change. */
        AskRequest: {
            /** @description The sentence that a person typed. */
            text: string;
        };
        /** @description How a sentence was understood. */
        AskUnderstood: {
            /** @description The arguments of the tool, in the words of the sentence. */
            arguments: Record<string, never>;
            /** @description The answer in one line, with days resolved; `null` if there is no answer. */
            echo: string | null;
            /** @description The name of the tool that answers. */
            tool: string;
        };
        /** @description A person or an event that could be meant. */
        AssistCandidate: {
            /** @description Distinguishes an event from others: its type, and its person and day or its due date; `null` for a person. */
            detail: string | null;
            /** @description The id of the person, or the number of the event. */
            id: string;
            /** @description The name. */
            name: string;
        };
        /** @description A question to the caller: it is not clear which person or event is meant. */
        AssistQuestion: {
            /** @description Whether a person or an event is meant. */
            about: components["schemas"]["AssistQuestionAbout"];
            /** @description The people or events that could be meant, at most 8; empty if none is similar. */
            candidates: components["schemas"]["AssistCandidate"][];
            /** @description Number of people or events that could be meant and are not in `candidates`. */
            more: number;
            /** @description The words that were not clear. */
            said: string;
        };
        /**
         * @description The subject of a question.
         * @enum {string}
         */
        AssistQuestionAbout: "person" | "event";
        /** @description One call to Crossmark. */
        Attempt: {
            /** @description When the call ended; `null` while it is in progress, or if its worker was lost. */
            ended_at: string | null;
            outcome: components["schemas"]["Outcome"] | null;
            /** @description When the call started. */
            started_at: string;
            /** @description The step of the submission. */
            step: components["schemas"]["SubmissionStep"];
            /** @description What went wrong, in words; `null` if nothing did, or while the call is in progress. */
            words: string | null;
        };
        /** @description Other weekly availability for a span of days. */
        AvailabilityOverride: {
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            /** Format: date */
            end: string;
            /** @description The id by which the override is deleted. */
            id: string;
            /** Format: date */
            start: string;
        };
        /** @description Other weekly availability for a span of days. */
        AvailabilityOverrideRequest: {
            /** @description Availability by weekday. Weekdays that are left out stay as in the usual week. */
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            employee_id: components["schemas"]["EmployeeId"];
            /**
             * Format: date
             * @description The last day, not before the start.
             */
            end: string;
            /** Format: date */
            start: string;
            why?: string | null;
        };
        /** @description A posted event whose block changes, while its person and time stay. */
        BlockMove: {
            /**
             * Format: int32
             * @description The block after the change.
             */
            after?: number | null;
            /**
             * Format: int32
             * @description The block before the change; `null` if it had none.
             */
            before?: number | null;
            event_ref_num: components["schemas"]["EventRef"];
        };
        /** @description The blocks to restore, as the answer to the fix listed them. */
        BlocksUndone: {
            blocks: components["schemas"]["BlockMove"][];
        };
        /** @description A broken rule, as the API answers it. */
        BrokenRule: {
            /** @description The day on which the rule is broken; for a rule about weeks, a day of that week. */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description The events involved, the event in question first. */
            event_ref_nums: components["schemas"]["EventRef"][];
            /** @description The rule's id: `H3`. */
            rule: string;
            /** @description The rule in a few words. */
            title: string;
            /** @description The violation in words, with people, events and days. */
            words: string;
        };
        /** @description A calibration bin: the predictions whose rate lies in one fifth of the range from 0 to 1. */
        CalibrationBin: {
            /** @description Number of predictions. */
            n: number;
            /**
             * Format: double
             * @description The observed rate: the weighted share of the outcomes that count for the person, 0 to 1; `null` without
             *     predictions.
             */
            observed: number | null;
            /**
             * Format: double
             * @description Mean predicted rate, 0 to 1; `null` without predictions.
             */
            predicted: number | null;
        };
        /**
         * @description The kind of failure of a line.
         * @enum {string}
         */
        Cause: "refused" | "exhausted" | "dependency_failed" | "changed_upstream" | "conflict" | "restored" | "not_restored" | "not_legal" | "too_late";
        /** @description A change of state. */
        Change: {
            at: string;
            /** @description The id of the changed draft. */
            draft_id: string | null;
            event_ref_num: components["schemas"]["EventRef"] | null;
            /** @description The changed fact, by its kind and id: `time_off:E01~2026-12-24~2026-12-26`. */
            fact: string | null;
            /** @description The id of the changed finding. */
            finding: string | null;
            from: string | null;
            /** @description The id of the change. A change that is returned again has the same id. */
            id: string;
            line_id: string | null;
            run_id: components["schemas"]["RunId"] | null;
            subject: components["schemas"]["SubjectKind"];
            to: string;
            /**
             * Format: int64
             * @description The version of the changed item after the change.
             */
            version: number;
            /** @description The display name of the person, or the name of the function that made the change. */
            who: string;
            /** @description A person's id with their issuer (`sub`), or the name of the function that made the change. */
            who_id: string;
            why: string;
        };
        /** @description A page of the feed of changes, oldest first. */
        ChangeFeed: {
            items: components["schemas"]["Change"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            /** @description The `since` of the next request: a moment some time before the newest change. */
            since: string;
            /** Format: int64 */
            total?: number | null;
        };
        /** @description The result of a check, and the plan version on which the change was checked. */
        CheckAnswer: components["schemas"]["CheckResult"] & {
            /** Format: int64 */
            plan_version: number;
            time_zone: string;
        };
        /** @description The effect of the change that was checked. */
        Checked: {
            /** @description Whether the change is allowed: `violations` is empty. */
            allowed: boolean;
            /** @description The events that would move with it, or get another block. */
            moves_along: components["schemas"]["Spot"][];
            /** @description The place that the event would have. */
            place: components["schemas"]["Spot"];
            /**
             * Format: double
             * @description The score after the change minus the score before.
             */
            points: number;
            /** @description The start times to choose from, if the rulebook leaves a choice: for a Core event, those of the free blocks. */
            starts: string[];
            /** @description The score difference by term. */
            terms: {
                [key: string]: number;
            };
            /** @description The rules that the change would newly break. */
            violations: components["schemas"]["BrokenRule"][];
        };
        CheckRequest: {
            /**
             * @description Whether the event would be changed by hand: it is judged by what is posted alone, without the proposal, as
             *     `POST /api/schedules/changes` does. That request allows more starts: any for an event that is no Core event, and
             *     the posted one. Only with `event_ref_num`.
             */
            by_hand?: boolean;
            employee_id?: components["schemas"]["EmployeeId"] | null;
            event_ref_num?: components["schemas"]["EventRef"] | null;
            line?: components["schemas"]["LineId"] | null;
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
        };
        /** @description The effect of one change. Without a change, the people who could work the line, by day. */
        CheckResult: components["schemas"]["Checked"] | components["schemas"]["Ranked"];
        /** @description A time of day: `HH:MM` in JSON, minutes since midnight in memory. */
        ClockTime: string;
        /** @description A day on which nothing is planned. */
        ClosedDay: {
            /** Format: date */
            date: string;
            /** @description The name of the holiday, or the reason of the lock. */
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
        /** @description The id of a club. */
        ClubId: string;
        /** @description The Crossmark location of the club. */
        ClubLocation: {
            /** Format: int64 */
            location_id: number;
        };
        /** @description The club after the request. */
        ClubMade: {
            club_id: components["schemas"]["ClubId"];
            setup: components["schemas"]["Setup"];
            success: boolean;
        };
        /** @description One of the compared runs. */
        ComparedRun: components["schemas"]["Run"] & {
            quality: components["schemas"]["Quality"] | null;
        };
        /** @description The differences between two runs. */
        Comparison: {
            a: components["schemas"]["ComparedRun"];
            /** @description Lines that only the second run has. */
            added: components["schemas"]["Line"][];
            b: components["schemas"]["ComparedRun"];
            /** @description Events that the two runs place differently. */
            changed: components["schemas"]["LineChange"][];
            /** @description Lines that only the first run has. */
            removed: components["schemas"]["Line"][];
            /** @description Number of events that both runs treat in the same way. */
            same: number;
            /** @description Points by soft rule, where the runs differ. */
            terms: {
                [key: string]: components["schemas"]["TermChange"];
            };
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description The cost of the requests of one kind. */
        Cost: {
            /**
             * Format: double
             * @description Capacity units consumed.
             */
            capacity: number;
            /**
             * Format: int64
             * @description Number of items read or written.
             */
            items: number;
            /**
             * Format: int64
             * @description Number of requests that repeated an earlier one.
             */
            repeats: number;
            /**
             * Format: int64
             * @description Number of requests sent, repeated ones included.
             */
            requests: number;
        };
        /**
         * @description What the last refresh found wrong at Crossmark. If nothing is wrong, all lists are empty, all numbers are 0, and the other
         *     members are `null`.
         */
        CrossmarkFindings: {
            doubted_list: components["schemas"]["DoubtedList"] | null;
            /**
             * @description Events whose rows at Crossmark cannot be used. Events that were known keep their old values, and others are not
             *     planned. The first 20.
             */
            events_set_aside: components["schemas"]["EventSetAside"][];
            /** @description Number of events whose rows cannot be used, listed or not. */
            events_set_aside_total: number;
            /** @description Number of rows of other stores, which are ignored. */
            foreign_rows: number;
            location: components["schemas"]["LocationFault"] | null;
            /** @description Numbers that do not identify a person: one person has several, or several people have the same. The first 20. */
            number_conflicts: components["schemas"]["NumberConflict"][];
            /** @description Number of such conflicts, listed or not. */
            number_conflicts_total: number;
            /** @description People whose rows at Crossmark cannot be used. The first 20. */
            people_set_aside: components["schemas"]["PersonSetAside"][];
            /** @description Number of people whose rows cannot be used, listed or not. */
            people_set_aside_total: number;
        };
        /**
         * @description What Crossmark shows of an event.
         * @enum {string}
         */
        CrossmarkShows: "unlisted" | "nobody" | "schedule";
        /** @description The state of the club on one page. */
        Dashboard: {
            /** @description Runs that crashed and that nobody has acknowledged, newest first; only the latest 20 runs are searched. */
            crashed_runs: components["schemas"]["Run"][];
            /** @description What the last refresh found wrong at Crossmark. */
            crossmark: components["schemas"]["CrossmarkFindings"];
            /** @description Drafts by an assistant or *Find* on which nobody has decided, oldest first. */
            drafts: components["schemas"]["DraftSummary"][];
            due_soon: components["schemas"]["DueSoon"][];
            /** @description Whether more events are due soon than `due_soon` lists. */
            due_soon_more: boolean;
            night: components["schemas"]["Night"];
            off_today: components["schemas"]["PersonOff"][];
            on_floor: components["schemas"]["OnFloor"][];
            proposal: components["schemas"]["ProposalNumbers"] | null;
            /** @description When events, schedules and people were last read from Crossmark; `null` if they never were. */
            refreshed_at: string | null;
            rotation: components["schemas"]["TodaysRotation"];
            submissions: components["schemas"]["SubmissionsNeedingYou"];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            today: string;
            /** @description Unfinished approvals, oldest first. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /**
         * @description A weekday by its short name, as snapshots use it.
         * @enum {string}
         */
        Day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /** @description The people who could work a line on a day, best first, and those who could not. */
        DayChoice: {
            /** @description The people who could not work it. */
            cannot: components["schemas"]["PersonRefused"][];
            /** @description The day. */
            date: string;
            /** @description The people who could work it, best first. */
            people: components["schemas"]["PersonChoice"][];
            /** @description The start time on that day; for a Core event, the earliest arrival of the day's blocks. */
            start: string | null;
        };
        /** @description The changes on one day. */
        DayPreview: {
            /**
             * Format: int64
             * @description Number of Core events on the day after the approval minus the number before.
             */
            core_difference: number;
            /** @description Number of posted schedules of the day that are taken back. */
            dropped: number;
            /** @description Number of people to whom the proposal gives an event on the day. */
            employees: number;
            /** @description The ids of the lines that place an event on the day, in order of start. */
            lines: string[];
            /**
             * Format: int32
             * @description Minutes of the events that the proposal places on the day.
             */
            minutes: number;
            /** @description Number of posted events that move to the day, or stay on it with another person or time. */
            moved_in: number;
            /** @description Number of posted events that move away from the day, or stay on it with another person or time. */
            moved_out: number;
            /** @description Number of events that are newly placed on the day. */
            new: number;
        };
        /**
         * @description Decisions of people about an event that were not sent to Crossmark yet. Every proposal carries them until they are
         *     withdrawn, or Crossmark has a schedule of the event or calls it off. A wished or refused placement is
         *     also forgotten when its day has passed, and a refused one after seven days.
         */
        Decision: {
            held: components["schemas"]["HeldBy"] | null;
            /** @description The placements that were refused within seven days. `{"unwanted": false}` forgets them. */
            unwanted: components["schemas"]["Unwanted"][];
            wish: components["schemas"]["Wish"] | null;
        };
        /** @description An event about which Crossmark and Muster differ. */
        Difference: {
            /** @description Whether Muster's schedule can be sent again. */
            can_send_ours: boolean;
            crossmark: components["schemas"]["Place"] | null;
            crossmark_shows: components["schemas"]["CrossmarkShows"];
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            muster: components["schemas"]["Place"] | null;
            project_name: string;
            /** @description The time of the refresh that first found the difference, in UTC. A decision names this time. */
            since: string;
            /** @description The difference in a sentence. */
            text: string;
        };
        DifferenceDecision: {
            event_ref_num: components["schemas"]["EventRef"];
            /**
             * Format: date-time
             * @description The `since` of the difference that the caller saw.
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
            /** @description When Crossmark was last read; `null` if it never was. */
            refreshed_at: string | null;
            time_zone: components["schemas"]["TimeZone"];
            total?: number;
        };
        /** @description The effect of the decisions. */
        DifferencesDecided: {
            refused: components["schemas"]["RefusedDecision"][];
            sent: components["schemas"]["ScheduleChanges"] | null;
            /** @description The events that now have Crossmark's schedule in Muster. */
            taken: components["schemas"]["EventRef"][];
        };
        /**
         * @description The side of a difference that is right.
         * @enum {string}
         */
        DifferenceSide: "crossmark" | "muster";
        /** @description The place of a line in the proposal that people last saw, and why it changed. */
        Differs: {
            /** @description The earlier place. */
            from: components["schemas"]["Place"];
            /** @description The rules that the earlier place would break; empty if no rule forbids it. */
            rules: string[];
            /** @description Why the line is no longer there, in words: the rules that forbid it, or else what it would do to the score. */
            why: string;
        };
        DismissRequest: {
            run_id: components["schemas"]["RunId"];
        };
        DoneByHand: {
            done_by_hand: string[];
            not_failed: components["schemas"]["UnchangedLine"][];
            refused: components["schemas"]["RefusedLine"][];
        };
        /** @description A note, and the id of the schedule that was entered at Crossmark for one line. */
        DoneByHandOneRequest: {
            /** @description Who entered the schedule, and how. */
            note: string;
            scheduled_event_id?: components["schemas"]["ScheduledEventId"] | null;
        };
        DoneByHandRequest: {
            lines: components["schemas"]["LineId"][];
            /** @description Who entered the schedule, and how. */
            note: string;
        };
        DoubtedList: {
            /** @description The first 20 missing events. */
            events: components["schemas"]["EventRef"][];
            /** @description Whether the list has none of the open or posted events. */
            has_nothing: boolean;
            /** @description Number of open events that the list lacks. */
            missing: number;
            /** @description Number of open events that were known. */
            open: number;
            /** @description The time of the refresh that read the list, in UTC. The confirmation names this time. */
            since: string;
        };
        /** @description Identifies the list: `since` of `doubted_list` in the dashboard. */
        DoubtedSince: {
            /** Format: date-time */
            since: string;
        };
        /** @description A draft with its effect. */
        Draft: components["schemas"]["DraftSummary"] & {
            decided_at: string | null;
            /** @description Who confirmed or discarded the draft, or is confirming it; `null` if nobody. */
            decided_by: string | null;
            effect: components["schemas"]["DraftEffect"];
            /** @description Why the effect could not be computed, or why the draft would change nothing; `null` otherwise. */
            error: string | null;
            /**
             * @description Whether the club has changed since, so that the draft can no longer be confirmed; `false` once somebody decided
             *     on it, or it expired.
             */
            is_stale: boolean;
            outcome: components["schemas"]["DraftOutcome"] | null;
            /**
             * Format: int64
             * @description The plan version of the draft. The draft can be confirmed only at this version.
             */
            plan_version: number;
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description A rule that a draft breaks. */
        DraftBreak: {
            /** @description The rule's number: `H3`. */
            rule: string;
            /** @description The violation in words, with people, events and days. */
            text: string;
            /** @description The rule in a few words. */
            title: string;
        };
        /** @description The confirmation of a draft. */
        DraftConfirmation: {
            override?: components["schemas"]["RulesOverride"] | null;
        };
        /** @description The exact effect of confirming a draft. */
        DraftEffect: {
            /** @description The rules that the draft breaks. If there are any, the confirmation needs `override` with a reason. */
            breaks: components["schemas"]["DraftBreak"][];
            /** @description The effect line by line, including lines that move with others. */
            lines: components["schemas"]["DraftLine"][];
            /** @description Further remarks in sentences, such as what is not included, and why. */
            notes: string[];
            /**
             * Format: double
             * @description The score after the change minus the score before; `null` if it is not computed.
             */
            points: number | null;
            /** @description The score difference by term. */
            terms: {
                [key: string]: number;
            };
        };
        /**
         * @description The kind of action of a draft.
         * @enum {string}
         */
        DraftKind: "schedules" | "edit_line" | "hold_line" | "call_out" | "time_off" | "rotation_exception" | "ignore_finding" | "run_now" | "try" | "approve" | "retry";
        /** @description One line of a draft's effect. Names come from Crossmark and from people: they are data. */
        DraftLine: {
            after: components["schemas"]["Place"] | null;
            before: components["schemas"]["Place"] | null;
            event_ref_num: components["schemas"]["EventRef"] | null;
            event_type: string | null;
            /** @description The id of the line of the proposal; `null` if there is none. */
            line_id: string | null;
            project_name: string | null;
            /** @description The line of the effect in a sentence. */
            text: string;
            what: components["schemas"]["DraftWhat"];
        };
        /** @description The drafts on which nobody has decided. */
        DraftList: {
            /** @description The drafts, oldest first. */
            items: components["schemas"]["DraftSummary"][];
        };
        /** @description The result of a confirmed draft. Members that do not apply are `null`, and `line_ids` is then empty. */
        DraftOutcome: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            /** @description The fact that was saved, by its kind and id. */
            fact: string | null;
            /** @description The id of the finding that is ignored. */
            finding_id: string | null;
            /** @description The ids of the lines that were changed, held, released or sent again. */
            line_ids: string[];
            run_id: components["schemas"]["RunId"] | null;
            /** @description The id of the trial that was started. */
            trial_id: string | null;
        };
        /**
         * @description The state of a draft.
         * @enum {string}
         */
        DraftStatus: "preparing" | "failed" | "open" | "confirming" | "confirmed" | "discarded" | "expired";
        /** @description A draft in brief. */
        DraftSummary: {
            asked_at: string;
            /** @description Who asked for the draft. */
            asked_by: string;
            /** @description Number of rules that the draft breaks. */
            breaks: number;
            draft_id: string;
            /** @description When the draft expires. */
            expires_at: string;
            kind: components["schemas"]["DraftKind"];
            /** @description Number of lines of the effect. */
            lines: number;
            status: components["schemas"]["DraftStatus"];
            /** @description The first line of the effect, in a sentence; `null` if the effect is not known. */
            text: string | null;
            through: components["schemas"]["DraftThrough"];
            /** @description The action in a few words: `change schedules by hand`. */
            title: string;
        };
        /**
         * @description The channel through which a draft was requested.
         * @enum {string}
         */
        DraftThrough: "mcp" | "find";
        /**
         * @description What happens to a line, an event or a fact.
         * @enum {string}
         */
        DraftWhat: "placed" | "moved" | "taken_back" | "unplaced" | "held" | "released" | "approved" | "retried" | "saved" | "affected" | "started";
        DroppedLines: {
            dropped: string[];
            not_failed: components["schemas"]["UnchangedLine"][];
            refused: components["schemas"]["RefusedLine"][];
        };
        /** @description An open event that nobody is scheduled to work. */
        DueSoon: {
            /** Format: int64 */
            days_left: number;
            due_date: string;
            /** Format: int32 */
            estimated_minutes: number;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            /** @description Whether a person keeps the event out of runs. */
            kept_out: boolean;
            project_name: string;
            start_date: string;
        };
        Edited: {
            also_changed: components["schemas"]["Line"][];
            held_with: components["schemas"]["HeldWith"][];
            overridden: components["schemas"]["BrokenRule"][];
            time_zone: string;
            updated_schedule: components["schemas"]["Line"];
        };
        /** @description Accepts broken rules, with a manager's reason. */
        EditOverride: {
            reason: string;
        };
        /**
         * @description One change: `{"employee_id", "schedule_datetime"}` (either may be left out), `{"held"}`, `{"revert": true}`,
         *     `{"unplaced": true}` or `{"unwanted": false}`.
         */
        EditRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            /** @description Whether approval skips the line. */
            held?: boolean | null;
            override?: components["schemas"]["EditOverride"] | null;
            /** @description Restores the solver's placement, and withdraws the placement by hand. */
            revert?: boolean | null;
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
            /**
             * @description Only `true` is allowed: takes the line's place away, and withdraws the placement by hand. The event is open again.
             *     Refused if that breaks a rule, which `override` cannot accept, and for an event that is posted.
             */
            unplaced?: boolean | null;
            /** @description Only `false` is allowed: forgets the refused placements of the event. */
            unwanted?: boolean | null;
            /**
             * Format: int64
             * @description The version of the line to change. Without it, the last writer wins.
             */
            version?: number | null;
        };
        /**
         * @description An event of the proposal that something other than its line posted, moved or took back: a change by hand, a line of an
         *     earlier run, or a change at Crossmark. Unless its line was accepted, nothing about it is left to decide.
         */
        Elsewhere: {
            /** @description The id of the event's line. */
            line: string;
            /** @description Whether the line that puts it there is still on its way to Crossmark. */
            on_its_way: boolean;
            place: components["schemas"]["Place"] | null;
        };
        /** @description A person of the club, with availability and days off. */
        Employee: components["schemas"]["EmployeeFact"] & {
            availability_overrides: components["schemas"]["AvailabilityOverride"][];
            /**
             * Format: int64
             * @description The version of the weekly availability, to be sent when it is saved; 0 if none is saved.
             */
            availability_version: number;
            time_off: components["schemas"]["TimeOff"][];
            /** Format: int64 */
            version: number;
            /** @description The weekly availability of the person. Weekdays that are not listed are available. */
            weekly_availability: {
                [key: string]: components["schemas"]["Allowance"];
            };
        };
        /** @description A person. */
        EmployeeFact: {
            /** @description Whether the person works here. */
            active: boolean;
            id: components["schemas"]["EmployeeId"];
            job_title: components["schemas"]["JobTitle"];
            /** @description Whether the person may work juicer events regardless of their title. */
            juicer_trained: boolean;
            name: string;
            /**
             * Format: int64
             * @description The person's representative number at Crossmark.
             */
            rep_id: number | null;
            /**
             * Format: date
             * @description The first day on which the person no longer works here.
             */
            termination_date: string | null;
        };
        /** @description Muster's id of a person: 1 to 64 characters, no control character and no `#`. */
        EmployeeId: string;
        /** @description The whole record of a person. Members that are left out take their defaults. */
        EmployeeRequest: {
            /** @description Whether the person works here. */
            active?: boolean;
            job_title: components["schemas"]["JobTitle"];
            /** @description Whether the person may work juicer events regardless of their title. */
            juicer_trained?: boolean;
            name: string;
            /**
             * Format: int64
             * @description The person's representative number at Crossmark.
             */
            rep_id?: number | null;
            /**
             * Format: date
             * @description The first day on which the person no longer works here.
             */
            termination_date?: string | null;
            /**
             * Format: int64
             * @description The version that the request replaces; 0 for a new person. Without it, the last writer wins.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The body of every error. */
        Error: {
            /** @description The error. */
            error: components["schemas"]["ErrorDetails"];
            /** @description Always `false`. */
            success: boolean;
        };
        /**
         * @description A stable error code, for programs.
         * @enum {string}
         */
        ErrorCode: "APPROVAL_CHANGED" | "APPROVAL_NOT_FOUND" | "BACKUP_WITHOUT_HOLDER" | "BODY_MISSING" | "BODY_TOO_LARGE" | "CLUB_NOT_EMPTY" | "CLUB_NOT_FOUND" | "CLUB_REQUIRED" | "CROSSMARK_AWAY" | "DATE_OUT_OF_BOUNDS" | "DAY_LOCKED" | "DAY_OUTSIDE_PLAN" | "DRAFT_DISCARDED" | "DRAFT_EXPIRED" | "DRAFT_IN_HAND" | "DRAFT_NOT_FOUND" | "DRAFT_NOT_READY" | "DRAFT_SPENT" | "DRAFT_STALE" | "EMPLOYEE_WORKS" | "ERASURE_UNDER_WAY" | "EVENT_NOT_FOUND" | "EXCEPTION_NOT_FOUND" | "EXPORT_TOO_LARGE" | "FACT_NOT_FOUND" | "FEED_NOT_FOUND" | "FILE_REFUSED" | "FINDING_NOT_FOUND" | "FIXES_CLASH" | "FORBIDDEN" | "IDEMPOTENCY_KEY_REUSED" | "INCOMPLETE_PLACE" | "INTERNAL" | "INVALID_BODY" | "INVALID_CHANGE" | "INVALID_CHECK" | "INVALID_CHOICE" | "INVALID_CURSOR" | "INVALID_DRAFT" | "INVALID_EDIT" | "INVALID_EMPLOYEE_ROLE" | "INVALID_FACT" | "INVALID_ID" | "INVALID_IDEMPOTENCY_KEY" | "INVALID_QUERY" | "INVALID_RECALL" | "INVALID_SNAPSHOT" | "INVALID_TEXT" | "INVALID_TIME" | "INVALID_VERSION" | "LINE_HAS_NO_PLACE" | "LINE_NOT_FOUND" | "LINES_OF_ANOTHER_RUN" | "LIST_NOT_DOUBTED" | "LOCATION_TAKEN" | "MALFORMED_JSON" | "METHOD_NOT_ALLOWED" | "NO_LINES" | "NO_PROPOSAL" | "NO_SUCH_ROUTE" | "NOT_ALLOWED_NOW" | "NOT_JSON" | "NOT_ON_REAL_FACTS" | "NOT_POSTED" | "NOTHING_TO_ADOPT" | "OPTION_NOT_FOUND" | "OTHER_CLUB" | "PAIR_CANNOT_FOLLOW" | "PLAN_MOVED" | "PROPOSAL_SUPERSEDED" | "REFRESH_NOT_FOUND" | "REQUEST_IN_HAND" | "RULES_BROKEN" | "RUN_HAS_NO_LINES" | "RUN_NOT_FOUND" | "RUN_OPEN" | "SAME_AS_POSTED" | "SCHEDULE_NOT_LISTED" | "STALE_VERSION" | "START_NOT_LEGAL" | "TOO_LATE" | "TOO_MANY_FEEDS" | "TOO_MANY_IMPORTS" | "TOO_MANY_LINES" | "TOO_MANY_QUESTIONS" | "TOO_MANY_REASONS" | "TOO_MANY_REFRESHES" | "TOO_MANY_RUNS" | "TOO_MANY_TRIALS" | "TRIAL_ADOPTED" | "TRIAL_NOT_FOUND" | "TRIAL_OF_RUN" | "TRY_AGAIN" | "UNAUTHENTICATED" | "UNKNOWN_EMPLOYEE" | "UNKNOWN_WORDS";
        /** @description The details of an error. */
        ErrorDetails: {
            /** @description The stable error code, for programs. */
            code: components["schemas"]["ErrorCode"];
            /** @description More details, for programs; `null` if there are none. */
            details: unknown;
            /** @description What is wrong and what was expected, for a person. */
            message: string;
            /** @description The id of the request, for reports to the operators. */
            request_id: string;
            /**
             * Format: date-time
             * @description When the error occurred, in UTC.
             */
            timestamp: string;
        };
        /** @description An event. */
        Event: {
            auto: boolean;
            claim: components["schemas"]["EventClaim"] | null;
            condition: string | null;
            corrected: components["schemas"]["EventCorrection"] | null;
            /** @description Since when Crossmark and Muster differ about the event and nobody has decided; `null` if they agree. */
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
             * @description The day on which the event is posted; `null` if it is not posted.
             */
            posted_on: string | null;
            posted_to: components["schemas"]["PostedTo"] | null;
            project_name: string;
            set_aside: components["schemas"]["EventFault"] | null;
            start_date: string;
            /** Format: int64 */
            version: number;
        };
        /** @description The line that claims an event. */
        EventClaim: {
            cause: components["schemas"]["Cause"] | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            line_id: string;
            schedule_datetime: string | null;
            status: components["schemas"]["LineStatus"];
        };
        /** @description Corrections of an event by people. */
        EventCorrection: {
            /**
             * Format: date
             * @description The corrected day before which the event must be worked, used if Crossmark's row has no usable day; `null` if
             *     there is none.
             */
            due_date: string | null;
            /**
             * Format: int32
             * @description The corrected length in minutes; `null` if the length is not corrected.
             */
            estimated_minutes: number | null;
            /** @description The corrected type; `null` if the type is not corrected. */
            event_type: string | null;
            /** @description The corrected name, used if Crossmark's row has no usable name; `null` if there is none. */
            project_name: string | null;
            /**
             * Format: date
             * @description The corrected first day of the window, used if Crossmark's row has no usable day; `null` if there is none.
             */
            start_date: string | null;
        };
        /**
         * @description All corrections of an event. Unless the description of a member says otherwise, Crossmark's value applies to a member
         *     that is left out.
         */
        EventCorrectionRequest: {
            /** @description Whether runs may place the event. If it is left out, it stays as it is. */
            auto?: boolean | null;
            /**
             * Format: date
             * @description The day before which the event must be worked, for an event that is set aside. The rules of `project_name`
             *     apply.
             */
            due_date?: string | null;
            /**
             * Format: int32
             * @description The length in minutes; `null` for Crossmark's.
             */
            estimated_minutes?: number | null;
            /**
             * @description The event type; `null` for the uncorrected type: the one that came with the event, otherwise the one that
             *     follows from its name and length.
             */
            event_type?: string | null;
            /**
             * @description The name, for an event that is set aside. If it is left out, it stays as it is. Crossmark's name takes
             *     precedence if it has one.
             */
            project_name?: string | null;
            /**
             * Format: date
             * @description The first day of the window, for an event that is set aside. The rules of `project_name` apply.
             */
            start_date?: string | null;
            /**
             * Format: int64
             * @description The version that the request replaces. Without it, the last writer wins.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description Number of all events, of open ones, and of those that need attention, by reason. */
        EventCounts: {
            /** @description Number of all events. */
            all: number;
            corrected: number;
            differs: number;
            due_soon: number;
            kept_out: number;
            lost: number;
            /** @description Number of open events that are neither posted nor being submitted and whose last day has not passed. */
            open: number;
            /** @description Number of events whose row at Crossmark cannot be used, including events that Muster does not know. */
            set_aside: number;
        };
        /** @description The corrections of one event. */
        EventFact: {
            /** @description Whether runs may place the event. */
            auto: boolean;
            /**
             * Format: date
             * @description Used if Crossmark gives no usable day before which the event must be worked; `null` if nothing is set.
             */
            due_date: string | null;
            /**
             * Format: int32
             * @description The length in minutes; `null` if the length is not corrected.
             */
            estimated_minutes: number | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The event type; `null` if the type is not corrected. */
            event_type: string | null;
            /** @description Used if Crossmark gives no usable name; `null` if nothing is set. */
            project_name: string | null;
            /**
             * Format: date
             * @description Used if Crossmark gives no usable first day of the window; `null` if nothing is set.
             */
            start_date: string | null;
            uncorrected: components["schemas"]["UncorrectedFact"] | null;
        };
        /** @description Why an event's row at Crossmark cannot be used. */
        EventFault: {
            field: components["schemas"]["FaultyField"];
            reason: components["schemas"]["FaultReason"];
            /** @description The field and its fault in words. */
            words: string;
        };
        /**
         * Format: int64
         * @description Crossmark's project reference number of an event, at most 2^53 - 1 in a request.
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
        /** @description The person who holds a rotation on one date instead of the usual one. */
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
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description The exception that was removed. */
        ExceptionRemoved: {
            exception_id: string;
            removed: components["schemas"]["ExceptionUndo"];
            success: boolean;
        };
        /** @description Who would hold the rotation on the date without the saved exception. */
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
        /** @description An exception to save. */
        ExceptionRequest: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            reason?: string | null;
            rotation_type: components["schemas"]["RotationType"];
            /**
             * Format: int64
             * @description The version that the request replaces; 0 if nothing is saved yet. Without it, the last writer wins.
             */
            version?: number | null;
        };
        /** @description The saved exception. */
        ExceptionSaved: {
            exception_id: string;
            replaces: components["schemas"]["ExceptionReplaced"] | null;
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description The body of the `POST` request that restores the removed exception. */
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
            /** @description `saved`, `removed`, or `erased` if the change erased the person. */
            to: string;
            /** Format: int64 */
            version: number;
            who: string;
            why: string;
        };
        /** @description The schedules that a change of facts conflicts with. */
        FactEffect: {
            /** @description The conflicting schedules, in order of start; the first 200. */
            lines: components["schemas"]["FactHit"][];
            /** @description Number of posted schedules that conflict with the change. */
            posted: number;
            /** @description Whether there is a current proposal. It does not take the change into account. */
            proposal_is_stale: boolean;
            /** @description Number of lines that conflict with the change: those of the proposal, and approved and failed ones of any run. */
            proposed: number;
            /** @description Approved schedules on a day that the change locks, in order of start; the first 200. They are sent all the same. */
            still_sent: components["schemas"]["FactHit"][];
            /** @description The effect in a sentence; empty if nothing conflicts and nothing is sent all the same. */
            words: string;
        };
        /** @description The changes of a fact, in order of version, then time. If a removed fact is saved again, its versions begin at 1. */
        FactHistory: {
            items: components["schemas"]["FactChange"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
        };
        /** @description A schedule that a change conflicts with. */
        FactHit: {
            /** @description The person of the schedule. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /** @description The number of the event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The type of the event. */
            event_type: string;
            /** @description The id of the line of the proposal; `null` if the schedule is posted, or if its line is of another run. */
            line_id: string | null;
            /** @description The name of the event. */
            project_name: string;
            /** @description Why the schedule is not possible after the change, in a sentence. */
            reason: string;
            /** @description The start time, club-local. */
            schedule_datetime: string;
            /** @description The stage of the schedule. */
            standing: components["schemas"]["FactHitStanding"];
        };
        /**
         * @description The stage of a schedule.
         * @enum {string}
         */
        FactHitStanding: "posted" | "proposed" | "approved" | "not_accepted";
        /** @description The result of a change of a fact. */
        FactSaved: {
            /** @description The schedules that the change conflicts with. */
            effect: components["schemas"]["FactEffect"];
            /** @description The fact, by its kind and id. `POST /api/facts/put-back` takes it to undo the change. */
            fact: string;
            /** @description Whether the change was saved; `false` for a dry run, and if nothing differed from what is stored. */
            saved: boolean;
            success: boolean;
            /**
             * Format: int64
             * @description The version of the fact, to be sent with its next change; 0 if the fact does not exist.
             */
            version: number;
        };
        /** @description The value of a fact, by its kind. */
        FactValue: {
            /** @enum {string} */
            kind: "employee";
            /** @description A person. */
            value: components["schemas"]["EmployeeFact"];
        } | {
            /** @enum {string} */
            kind: "availability";
            /** @description The weekly availability of a person. Weekdays that are not listed are available. */
            value: components["schemas"]["WeekFact"];
        } | {
            /** @enum {string} */
            kind: "override";
            /** @description Other weekly availability for a span of days. Days that are left out stay as in the usual week. */
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
            /** @description A holiday that returns every year. */
            value: components["schemas"]["YearlyHolidayFact"];
        } | {
            /** @enum {string} */
            kind: "locked_day";
            /** @description A locked day, on which nothing is planned. */
            value: components["schemas"]["LockedDayFact"];
        } | {
            /** @enum {string} */
            kind: "exception";
            /** @description The person who holds a rotation on one date instead of the usual one. */
            value: components["schemas"]["ExceptionFact"];
        } | {
            /** @enum {string} */
            kind: "rotations";
            /** @description Both rotations with all their days. */
            value: components["schemas"]["RotationFact"][];
        } | {
            /** @enum {string} */
            kind: "settings";
            /** @description The club and its settings. */
            value: components["schemas"]["SettingsFact"];
        } | {
            /** @enum {string} */
            kind: "event";
            /** @description The corrections of one event. */
            value: components["schemas"]["EventFact"];
        } | {
            /** @enum {string} */
            kind: "affinity";
            /** @description The switches of learned affinity. */
            value: components["schemas"]["AffinityFact"];
        };
        /** @description What people worked in a window of weeks, and what the club owes them. */
        Fairness: {
            /**
             * Format: int32
             * @description Number of Core events of all people who have possible days.
             */
            all_core: number;
            /**
             * Format: int32
             * @description Number of possible days of all people.
             */
            all_possible_days: number;
            /**
             * Format: date
             * @description The Sunday of the window's first week.
             */
            from: string;
            /**
             * Format: int32
             * @description Number of past weeks in the window, from the settings.
             */
            past_weeks: number;
            /** @description The people, in order of name. */
            people: components["schemas"]["FairnessPerson"][];
            time_zone: components["schemas"]["TimeZone"];
            /**
             * Format: date
             * @description The window's last day.
             */
            to: string;
            /**
             * Format: int32
             * @description Number of weeks in the window that are not over, the current one included. Accepted future work counts there.
             */
            weeks_ahead: number;
        };
        /** @description The debt to a person after a correction. */
        FairnessCorrected: {
            person: components["schemas"]["FairnessPerson"];
            success: boolean;
        };
        /** @description A manager's correction of a debt. */
        FairnessCorrection: {
            at: string;
            by: string;
            /**
             * Format: double
             * @description Core events owed in addition; negative if fewer are owed.
             */
            core: number;
            reason: string;
            /**
             * Format: date
             * @description The Sunday of the week of the correction. The correction leaves the window with that week.
             */
            week: string;
        };
        /** @description The share and debt of one person. */
        FairnessPerson: {
            /** @description Whether the person works here now. */
            active: boolean;
            /**
             * Format: int32
             * @description Number of Core events that the person had. It is not part of the debt if the person has no possible days.
             */
            actual_core: number;
            /**
             * Format: double
             * @description The sum of the corrections, in Core events.
             */
            correction: number;
            /** @description Corrections by managers, in order of week. */
            corrections: components["schemas"]["FairnessCorrection"][];
            /**
             * Format: double
             * @description What the club owes the person, in Core events, -3 to 3. It is positive if the person had too few.
             */
            debt: number;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /**
             * Format: int32
             * @description Number of days on which the person could have worked a Core event.
             */
            possible_days: number;
            /**
             * Format: double
             * @description The fair share in Core events: `all_core` times the person's part of `all_possible_days`.
             */
            share: number;
            /**
             * Format: double
             * @description `share - actual_core + correction`.
             */
            unclamped: number;
            /**
             * Format: int64
             * @description The version of the corrections; 0 if there are none.
             */
            version: number;
            /** @description What the person worked, by week. A week is left out if it has neither work, nor possible days, nor moved events. */
            weeks: components["schemas"]["FairnessWeek"][];
        };
        /** @description A correction of the debt to a person. */
        FairnessRequest: {
            /**
             * Format: double
             * @description Core events owed in addition, rounded to two decimals; negative if fewer are owed. 0 withdraws the correction of
             *     that week.
             */
            core: number;
            /** @description The reason of the correction. */
            reason: string;
            /**
             * Format: int64
             * @description The version that the caller saw; 0 if there are no corrections. Without it, the last writer wins.
             */
            version?: number | null;
            /**
             * Format: date
             * @description A day of the week of the correction, in the window; the current week by default. The correction replaces an
             *     earlier one of that week.
             */
            week?: string | null;
        };
        /** @description What one person worked in one week. */
        FairnessWeek: {
            /** Format: int32 */
            core: number;
            /**
             * Format: int32
             * @description Number of Core events at the first of the club's arrival times, or earlier.
             */
            first_arrivals: number;
            /**
             * Format: int32
             * @description Number of Core events at the last of the club's arrival times, or later.
             */
            last_arrivals: number;
            /** Format: int32 */
            minutes: number;
            /**
             * Format: int32
             * @description Number of events that the club took from the person or moved to another day after they were accepted. Events that
             *     left because of a call-out or an absence do not count, nor do Supervisor and Survey events.
             */
            moved_on_them: number;
            /** Format: int32 */
            possible_days: number;
            /**
             * Format: int32
             * @description Number of days with a shift that was accepted fewer than 3 days before.
             */
            short_notice: number;
            /**
             * Format: date
             * @description The Sunday of the week.
             */
            week: string;
            /**
             * Format: int32
             * @description Number of Saturdays and Sundays with a shift.
             */
            weekend_days: number;
        };
        /**
         * @description Why the field cannot be used.
         * @enum {string}
         */
        FaultReason: "missing" | "unreadable" | "out_of_bounds" | "before_start" | "other_store";
        /**
         * @description The field of Crossmark's row that cannot be used.
         * @enum {string}
         */
        FaultyField: "event_number" | "name" | "start_date" | "due_date" | "condition" | "location" | "scheduled_time" | "scheduled_person" | "schedule_number" | "length" | "person_number" | "employee_id" | "person_name";
        /** @description A calendar feed without its address, which is shown only when the feed is made or renewed. */
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
        /** @description A feed that was made or renewed. */
        FeedMade: {
            /**
             * @description The path of the feed. Calendar programs read the service's own address with this path after it. Only this answer
             *     shows it. Whoever knows it can read the feed.
             */
            address: string;
            id: string;
            success: boolean;
        };
        /** @description The schedules that a feed contains. */
        FeedRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
        };
        /** @description A feed that was revoked. */
        FeedRevoked: {
            id: string;
            success: boolean;
        };
        /** @description Something that is wrong with the posted schedules. */
        Finding: {
            /**
             * Format: date
             * @description The day of the finding; `null` if it is about a week or about the whole check.
             */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            event_ref_nums: components["schemas"]["EventRef"][];
            /** @description The id of the finding. It stays the same for the same rule, person, events and days. */
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
             * @description The Sunday of the week of the finding; `null` if it is about a day or about the whole check.
             */
            week: string | null;
        };
        /** @description The finding that counts again. The answer is the same if the finding was not ignored. */
        FindingHeeded: {
            finding_id: string;
        };
        FindingIgnored: {
            finding_id: string;
            /** Format: date */
            until: string;
        };
        /** @description What would have to change so that somebody could take an event. */
        FitsIf: {
            /** Format: date */
            date: string;
            /** @description The person who would take it. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The rule that would be broken; `null` if another start is enough. */
            rule: string | null;
            /** @description The other start time; `null` if the start stays. */
            schedule_datetime: string | null;
            /** @description The change in a sentence. */
            text: string;
        };
        /** @description A finding and the way out to apply. */
        Fix: {
            finding_id: string;
            /** @description The id of the way out. */
            option: string;
        };
        /** @description The effect of the fixes. */
        FixesApplied: {
            /**
             * @description Posted events whose block changes, while person and time stay. Blocks are Muster's own, and are not sent to
             *     Crossmark.
             */
            blocks: components["schemas"]["BlockMove"][];
            changes: components["schemas"]["ScheduleChanges"] | null;
            /**
             * @description The ids of the findings that the fixes remove, or would remove if they were carried out; none if every line was
             *     refused.
             */
            gone: string[];
            /** @description The ids of the findings that an earlier fix had already removed. */
            not_needed: string[];
            /** @description The rotations that change hands on one date. */
            rotations: components["schemas"]["WayOutChange"][];
        };
        FixesRequest: {
            /** @description Returns the effect of the request without carrying it out. */
            dry_run?: boolean;
            fixes: components["schemas"]["Fix"][];
            /**
             * Format: int64
             * @description The plan version that the caller saw. The request is refused if the version has changed.
             */
            plan_version?: number | null;
        };
        /**
         * @description Why a person should look at a line.
         * @enum {string}
         */
        Flag: "rotation_away" | "moves_posted" | "not_placed" | "unusual_role";
        /** @description The progress of an erasure. */
        Forgotten: {
            /**
             * Format: int64
             * @description Number of items changed so far.
             */
            changed: number;
            /** @description The pseudonym that replaces the person's id. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description Whether the erasure is finished. If not, repeat the request to continue it, with a new `Idempotency-Key`. */
            finished: boolean;
            /** @description The pseudonym that replaces the person's name. */
            name: string;
            success: boolean;
        };
        /** @description An error of the gateway itself: no function was called, or none answered in time. */
        GatewayMessage: {
            message: string;
        };
        /** @description The state of the service. */
        Health: {
            status: string;
        };
        /** @description The health of a week's schedule: `100 x 0.9^critical x 0.97^warnings`, rounded, over the faults that count. */
        HealthOfWeek: {
            /** @description Number of critical findings, without ignored ones. */
            critical: number;
            /**
             * Format: int32
             * @description Number of critical faults that count. All findings about one person on one day, or in one week, are one fault.
             */
            critical_faults: number;
            /**
             * Format: int32
             * @description The health, from 0 to 100.
             */
            health: number;
            ignored: number;
            info: number;
            /** @description Number of rules that were checked. */
            rules: number;
            /** @description Number of posted schedules in the week. */
            schedules: number;
            /**
             * Format: int32
             * @description Number of warning faults that count. All findings about one person on one day, or in one week, are one fault.
             */
            warning_faults: number;
            warnings: number;
            /**
             * Format: date
             * @description The Sunday of the week.
             */
            week: string;
        };
        /** @description Who holds an event. */
        HeldBy: {
            /** @description When the event was held, in UTC. */
            at: string;
            /** @description The person who holds the event. */
            by: string;
        };
        /** @description A line that waits for another line. */
        HeldWith: {
            /** @description The id of the line. */
            line: string;
            /** @description The id of the line that it waits for. */
            waits_for: string;
        };
        /** @description A page of runs, newest first. */
        History: {
            items: components["schemas"]["PastRun"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            /** @description Rates of the runs on this page. */
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
        /** @description Company holidays: a page of the holidays that happen once, and all holidays that return every year. */
        HolidayList: components["schemas"]["List_ClosedDay"] & {
            yearly: components["schemas"]["YearlyHoliday"][];
        };
        /** @description A holiday, either on one date or by a rule for every year. */
        HolidayRequest: {
            /**
             * Format: date
             * @description The date of a holiday that does not return.
             */
            date?: string | null;
            /** @description The name of the holiday. */
            name?: string | null;
            rule?: components["schemas"]["HolidayRule"] | null;
        };
        /** @description The day of a holiday that returns every year. */
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
             * @description The month, from 1 to 12.
             */
            month: number;
        } | {
            /** @enum {string} */
            every: "nth_weekday";
            /**
             * Format: int32
             * @description The month, from 1 to 12.
             */
            month: number;
            /**
             * Format: int32
             * @description The number of the weekday in the month, from 1 to 5.
             */
            nth: number;
            /** @description The weekday. */
            weekday: components["schemas"]["Day"];
        } | {
            /** @enum {string} */
            every: "last_weekday";
            /**
             * Format: int32
             * @description The month, from 1 to 12.
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
             * @description The last day on which the finding is ignored.
             */
            until: string;
        };
        IgnoreRequest: {
            reason: string;
            /**
             * Format: date
             * @description The last day on which the finding is ignored, at most 90 days from today. By default the end of its week, or
             *     of the current week if the date of the finding is past or it has none.
             */
            until?: string | null;
        };
        /** @description A column of a row that would change. */
        ImportField: {
            column: string;
            new: string;
            old: string;
        };
        /** @description A load that is running, or that ended before all rows were written. */
        ImportInterrupted: {
            at: string;
            by: string;
            /**
             * Format: int32
             * @description Number of rows known to be written; for events, up to 240 more may be.
             */
            done: number;
            /**
             * Format: int32
             * @description Number of rows to write.
             */
            rows: number;
            /** @description Whether that load is of this same file. */
            same_file: boolean;
        };
        /**
         * @description The kind of a file's rows.
         * @enum {string}
         */
        ImportKind: "employees" | "availability" | "time_off" | "visits" | "schedules";
        /** @description What a file would change, or has changed. */
        ImportPreview: {
            /** @description Number of rows that differ from what the club has; 0 with `existing=keep`. */
            changed: number;
            /** @description The digest of the preview. Send it as `save` with the same file, mapping and `existing`. */
            digest: string;
            effect: components["schemas"]["FactEffect"] | null;
            interrupted: components["schemas"]["ImportInterrupted"] | null;
            kind: components["schemas"]["ImportKind"];
            /** @description Number of rows that the club does not have. */
            new: number;
            /** @description The new and changed rows; the first 200. */
            rows: components["schemas"]["ImportRow"][];
            /** @description Whether the file was saved. */
            saved: boolean;
            success: boolean;
            /** @description Number of rows that stay as they are: equal ones and, with `existing=keep`, those that differ. */
            unchanged: number;
            /** @description Number of rows that cannot be used. */
            wrong: number;
            /** @description The cells that cannot be used; the first 500. */
            wrong_cells: components["schemas"]["ImportWrongCell"][];
        };
        /** @description A row that would be written. */
        ImportRow: {
            fields: components["schemas"]["ImportField"][];
            /** @description Whether the club already has the row. */
            known: boolean;
            /** @description The subject of the row: a person's id, with the days of a span, or an event's number. */
            of: string;
        };
        /** @description A cell that makes its row unusable. */
        ImportWrongCell: {
            column: string;
            expected: string;
            found: string;
            /** Format: int32 */
            row: number;
        };
        /** @enum {string} */
        JobTitle: "Lead Event Specialist" | "Club Supervisor" | "Juicer Barista" | "Event Specialist";
        /**
         * @description Why no run places an event that is neither posted nor claimed.
         * @enum {string}
         */
        LeftOut: "not_open" | "off" | "kept_out";
        /** @description A line. Times are club-local without an offset; lists of lines carry the club's time zone. */
        Line: {
            api_error_details: components["schemas"]["LineError"] | null;
            /** @description When Crossmark accepted the line, or a person recorded it as done by hand, in UTC; `null` if neither happened. */
            api_submitted_at: string | null;
            /** @description All calls to Crossmark for the line. */
            attempts: components["schemas"]["Attempt"][];
            /**
             * Format: int32
             * @description The shift block; `null` unless the event is a Core event with a place.
             */
            block: number | null;
            bumped_event_ref_num: components["schemas"]["EventRef"] | null;
            /** @description Whether a person made the line by hand, outside of any proposal. */
            by_hand: boolean;
            decision: components["schemas"]["Decision"] | null;
            /** @description The events whose lines must be accepted before this line. */
            depends_on: components["schemas"]["EventRef"][];
            differs: components["schemas"]["Differs"] | null;
            /** @description When the window of the event closes. */
            due_date: string;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /**
             * Format: int32
             * @description The length in minutes: the given one, or the default of the event type.
             */
            estimated_minutes: number;
            /** @description The event's number at Crossmark. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The event type by the rulebook's name, given or detected from the name and the length. */
            event_type: string;
            failure_reason: components["schemas"]["Reason"] | null;
            /** @description Why a person should look at the line. */
            flags: components["schemas"]["Flag"][];
            from: components["schemas"]["Place"] | null;
            given_up: components["schemas"]["Cause"] | null;
            /** @description Whether approval skips the line. */
            held: boolean;
            /** @description The id of the line: `<run id>.<event number>`. */
            id: string;
            /** @description Whether the line moves or drops a posted schedule. */
            is_swap: boolean;
            /** @description What the line does. */
            kind: components["schemas"]["LineKind"];
            /** @description When the line is tried or read back next, in UTC; `null` if it is not. */
            next_attempt_at: string | null;
            original: components["schemas"]["Place"] | null;
            overridden: components["schemas"]["Overridden"] | null;
            pair: components["schemas"]["EventRef"] | null;
            /** @description The event's name. */
            project_name: string;
            reason: components["schemas"]["Reason"] | null;
            /** @description The id of the run that has the line. */
            run_id: string;
            runner_up: components["schemas"]["RunnerUp"] | null;
            /** @description The start time; `null` if the line has no place. */
            schedule_datetime: string | null;
            scheduled_event_id: components["schemas"]["ScheduledEventId"] | null;
            /** @description When the window of the event opens. */
            start_date: string;
            /** @description The state of the line. */
            status: components["schemas"]["LineStatus"];
            /**
             * @description Why the line moves or drops a posted schedule, or takes the place of one; `null` for other lines, and for lines
             *     that were made by hand.
             */
            swap_reason: string | null;
            /**
             * Format: int64
             * @description The version of the line, to be sent with an edit for optimistic concurrency.
             */
            version: number;
            /**
             * @description Whether the event had no place originally: the solver gave it none, or, if the line is of an adopted trial and
             *     differs, the plan before. If it has a place now, a person gave it that place.
             */
            was_not_placed: boolean;
            /** @description What the placement earns: points by term; `null` if there is none, or if it was not requested. */
            why: {
                [key: string]: number;
            } | null;
        };
        /** @description A line with its history. */
        LineAlone: components["schemas"]["Line"] & {
            time_zone: components["schemas"]["TimeZone"];
            /** @description The history of the line, oldest first: at most the newest 500 entries. */
            trail: components["schemas"]["Change"][];
        };
        /** @description The lines of an event that both runs have. */
        LineChange: {
            a: components["schemas"]["Line"];
            b: components["schemas"]["Line"];
            event_ref_num: components["schemas"]["EventRef"];
        };
        /** @description The failed lines to use: `{"lines"}`, `{"cause"}` or `{"all": true}`. */
        LineChoice: {
            all?: boolean | null;
            cause?: components["schemas"]["Cause"] | null;
            lines?: components["schemas"]["LineId"][] | null;
        };
        /**
         * @description How two plans treat an event differently.
         * @enum {string}
         */
        LineDifference: "placed" | "left_out" | "person_and_day" | "person" | "day" | "start";
        /** @description Why a line is not accepted. */
        LineError: {
            cause: components["schemas"]["Cause"] | null;
            /** @description The error in words. */
            words: string;
        };
        /**
         * @description The id of a line: 1 to 83 characters, none of them a control character. Whether there is such a line is checked
         *     later.
         */
        LineId: string;
        /**
         * @description What a line does.
         * @enum {string}
         */
        LineKind: "new" | "moved" | "dropped" | "not_placed";
        /** @description The outcome of a line. */
        LineOutcome: {
            /** @description For a change: the alternatives that the run offered at that time, best first. */
            alternatives: components["schemas"]["OutcomeAlternative"][];
            approval: components["schemas"]["OutcomeApproval"] | null;
            cause: components["schemas"]["OutcomeCause"] | null;
            /** @description Whether a person entered `end` by hand. */
            corrected_by_hand: boolean;
            /**
             * Format: date
             * @description The day of the proposed place.
             */
            date: string;
            decision: components["schemas"]["OutcomeDecision"] | null;
            done_by_id: components["schemas"]["EmployeeId"] | null;
            done_by_name: string | null;
            /** @description The person of the proposed place. */
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            end: components["schemas"]["OutcomeEnd"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            event_type: string;
            /**
             * Format: date
             * @description The current day of the line.
             */
            holder_date: string;
            /** @description The person who has the line now. */
            holder_id: components["schemas"]["EmployeeId"];
            holder_name: string | null;
            label: components["schemas"]["OutcomeLabel"] | null;
            line_id: string;
            proposed_by: components["schemas"]["OutcomeProposer"];
            /** @description For a rejection: the manager's reason; `null` otherwise. */
            reason: string | null;
            /** Format: int64 */
            version: number;
            /**
             * Format: date
             * @description The Sunday of the week of `date`.
             */
            week: string;
        };
        /**
         * @description The state of a line.
         * @enum {string}
         */
        LineStatus: "proposed" | "user_edited" | "rejected" | "superseded" | "approved" | "submitting" | "api_submitted" | "api_failed" | "in_doubt";
        /** @description A page of a list. */
        List_ClosedDay: {
            items: components["schemas"]["ClosedDay"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Employee: {
            items: components["schemas"]["Employee"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Event: {
            items: components["schemas"]["Event"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            total?: number | null;
        };
        /** @description A page of a list. */
        List_Schedule: {
            items: components["schemas"]["Schedule"][];
            /** @description The cursor of the next page; `null` on the last page. */
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
         * @description Why the club's Crossmark location cannot be used.
         * @enum {string}
         */
        LocationReason: "taken" | "several";
        /** @description A locked day. */
        LockedDayFact: {
            /** Format: date */
            date: string;
            reason: string | null;
        };
        /** @description A locked day, on which nothing is planned. */
        LockedDayRequest: {
            /** Format: date */
            date: string;
            /** @description The reason of the lock. */
            reason?: string | null;
        };
        /** @description The caller. */
        Me: {
            clubs: components["schemas"]["Membership"][];
            /** @description The caller's unique id at their issuer (`sub`), as the audit trail has it. */
            id: string;
            /** @description The display name of the caller. */
            who: string;
        };
        /** @description A club of the caller. */
        Membership: {
            club_id: components["schemas"]["ClubId"];
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description The name of the club; `null` if it was never set up, or cannot be read now. */
            name: string | null;
            role: components["schemas"]["Role"];
        };
        /** @description The health on one morning. */
        MorningHealth: {
            /** Format: date */
            date: string;
            next_week: components["schemas"]["WeekHealth"] | null;
            this_week: components["schemas"]["WeekHealth"] | null;
        };
        /** @description The nearest change, for a finding without a way out. */
        NearestWayOut: {
            /** @description The rules that the change breaks. */
            rules: string[];
            /** @description The change and what prevents it, in words. */
            text: string;
        };
        /** @description A new club. */
        NewClub: {
            /**
             * Format: int64
             * @description The Crossmark location of the club. If it is left out and Crossmark lists only one location, that one is used.
             */
            location_id?: number | null;
            /** @description The name of the club. */
            name: string;
            /**
             * @description The IANA time zone of the club.
             * @example America/Indiana/Indianapolis
             */
            time_zone: string;
        };
        /** @description The state of last night's run. */
        Night: {
            /** Format: date */
            date: string;
            run: components["schemas"]["Run"] | null;
            state: components["schemas"]["NightState"];
            tries: number;
        };
        /**
         * @description The state of last night's run.
         * @enum {string}
         */
        NightState: "ok" | "running" | "failed" | "crashed" | "given_up" | "not_due" | "missing";
        NumberConflict: {
            employees: components["schemas"]["PersonOfConflict"][];
            numbers: number[];
        };
        /** @description Counts of lines over a span of days. */
        Numbers: {
            by: components["schemas"]["NumbersBy"];
            /** Format: date */
            from: string;
            /** @description The rows, in order of date, name or type. Days and weeks without counts may be left out. */
            items: components["schemas"]["NumbersRow"][];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            to: string;
            /** @description Minutes from the proposal of a run to its first approval. */
            to_first_approval: components["schemas"]["NumbersMinutes"];
            /** @description Minutes from the proposal of a run to its last acceptance. */
            to_last_acceptance: components["schemas"]["NumbersMinutes"];
            /** @description The counts of all days of the range. */
            total?: components["schemas"]["NumbersCounts"];
        };
        /**
         * @description How counts are grouped.
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
             * @description Number of lines that were kept, changed or rejected.
             */
            decided: number;
            /** @description Number of lines that managers gave to another person or day, by cause. */
            edits: {
                [key: string]: number;
            };
            /** Format: int32 */
            kept: number;
            kept_rate: components["schemas"]["NumbersRate"] | null;
            /**
             * Format: int32
             * @description Number of events that had no person when their last day passed.
             */
            lost: number;
            no_show_rate: components["schemas"]["NumbersRate"] | null;
            /** Format: int32 */
            no_shows: number;
            /** @description Number of events that were not placed, by the code of the reason. */
            not_placed: {
                [key: string]: number;
            };
            /** Format: int32 */
            placed: number;
            /**
             * Format: int32
             * @description Number of call-outs for which somebody else was found.
             */
            refilled: number;
            /**
             * Format: int32
             * @description Number of lines that were approved again after a failure.
             */
            retries: number;
            /**
             * Format: int32
             * @description Number of schedules that were taken from a person who already knew of them, or moved to another day.
             */
            told_moves: number;
        };
        /** @description Durations in minutes, over some runs. */
        NumbersMinutes: {
            /**
             * Format: double
             * @description The mean in minutes; `null` without any runs.
             */
            mean: number | null;
            /**
             * Format: int32
             * @description Number of runs.
             */
            n: number;
        };
        /** @description A rate with its 80 % range. */
        NumbersRate: {
            /**
             * Format: double
             * @description The upper end of the 80 % range.
             */
            high: number;
            /**
             * Format: double
             * @description The lower end of the 80 % range.
             */
            low: number;
            /**
             * Format: int32
             * @description The count that the rate is based on.
             */
            n: number;
            /** @description Whether the count is too small for the rate to mean much. */
            pale: boolean;
            /**
             * Format: double
             * @description The rate, from 0 to 1.
             */
            rate: number;
        };
        /** @description The counts of a day, a week, a person or an event type. */
        NumbersRow: {
            counts: components["schemas"]["NumbersCounts"];
            /**
             * Format: date
             * @description The day, or the Sunday of the week; `null` if the rows are by person or type.
             */
            date: string | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            employee_name: string | null;
            event_type: string | null;
            to_first_approval: components["schemas"]["NumbersMinutes"] | null;
            to_last_acceptance: components["schemas"]["NumbersMinutes"] | null;
            /** @description The utilisation by day; empty unless the rows are by type. */
            utilisation: components["schemas"]["NumbersUtilisation"][];
            /** @description The workload by week; empty unless the rows are by person. */
            workload: components["schemas"]["NumbersWorkload"][];
        };
        /** @description How many of the people who could work an event type on a day work it. */
        NumbersUtilisation: {
            /**
             * Format: int32
             * @description Number of people who work such an event or could; for Core events, at most as many as the blocks serve, but at
             *     least `working`.
             */
            capacity: number;
            /** Format: date */
            date: string;
            /** Format: int32 */
            events: number;
            /**
             * Format: int32
             * @description Number of people who work such an event.
             */
            working: number;
        };
        /** @description What one person works in one week, by the lines that Crossmark accepted or that were recorded as done by hand. */
        NumbersWorkload: {
            /** Format: int32 */
            core: number;
            /**
             * Format: int32
             * @description Number of days with an event.
             */
            days: number;
            level: components["schemas"]["WorkloadLevel"];
            /** Format: int32 */
            minutes: number;
            /**
             * Format: date
             * @description The Sunday of the week.
             */
            week: string;
        };
        /**
         * @description Why the person is not available.
         * @enum {string}
         */
        OffReason: "time_off" | "override" | "weekday";
        /** @description A person who works today, with their events. */
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
        /** @description A place that the run offered instead of the proposed one. */
        OutcomeAlternative: {
            /** Format: date */
            date: string;
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            /**
             * Format: double
             * @description Points of the score lost by choosing the alternative.
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
         * @description What a person enters about the day of a line.
         * @enum {string}
         */
        OutcomeCorrection: "completed" | "did_not_come" | "somebody_else" | "withdrawn";
        /**
         * @description A manager's decision about a line.
         * @enum {string}
         */
        OutcomeDecision: "kept" | "changed_person" | "changed_day" | "changed_both" | "rejected";
        /**
         * @description How a line ended.
         * @enum {string}
         */
        OutcomeEnd: "accepted" | "completed" | "no_show" | "taken_back" | "call_out";
        /**
         * @description The outcome of a line in one word.
         * @enum {string}
         */
        OutcomeLabel: "kept" | "changed_person" | "changed_day" | "changed_both" | "rejected" | "accepted" | "completed" | "no_show" | "taken_back" | "call_out";
        /** @description A page of the outcomes of lines that were proposed for a range of days. */
        OutcomeList: {
            /** @description The outcomes, in order of the proposed day. A page before the last may have fewer items than `limit`, or none. */
            items: components["schemas"]["LineOutcome"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            time_zone: components["schemas"]["TimeZone"];
        };
        /**
         * @description Who proposed a line.
         * @enum {string}
         */
        OutcomeProposer: "run" | "person";
        /** @description A correction of what happened on the day of a line. */
        OutcomeRequest: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            /**
             * Format: int64
             * @description The version of the outcome that the caller saw. Without it, the last writer wins.
             */
            version?: number | null;
            what: components["schemas"]["OutcomeCorrection"];
            why?: string | null;
        };
        /** @description Broken rules of a line that a manager accepted. */
        Overridden: {
            /** @description When the rules were overridden, in UTC. */
            at: string;
            /** @description The manager who accepted them. */
            by: string;
            /** @description The manager's reason. */
            reason: string;
            /** @description The broken rules. */
            rules: string[];
        };
        /** @description Other weekly availability for a span of days. */
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
        /** @description The health of the posted schedules on past mornings. */
        PastHealth: {
            /** @description The mornings, oldest first. A day without a check is left out. */
            items: components["schemas"]["MorningHealth"][];
        };
        /** @description A run with its quality and what happened to its lines. */
        PastRun: components["schemas"]["Run"] & {
            /**
             * Format: int64
             * @description Seconds from the proposal to the first approval of a line; `null` if there was none.
             */
            proposed_to_approved_s: number | null;
            quality: components["schemas"]["Quality"] | null;
            /** @description Counts of what people and Crossmark did with the lines. */
            tally: components["schemas"]["Tally"];
        };
        /**
         * @description Why submissions are paused.
         * @enum {string}
         */
        PauseCode: "login_refused" | "unreachable";
        /** @description A pause of the club's submissions. */
        Paused: {
            code: components["schemas"]["PauseCode"] | null;
            /**
             * Format: int32
             * @description Number of consecutive pauses.
             */
            row: number;
            /** @description When the first of the consecutive pauses began, in UTC; `null` if it was not recorded. */
            since: string | null;
            /** @description When the next attempt is due, in UTC. */
            until: string;
            /** @description The reason, for a person. */
            why: string;
            /** @description The pause with its reason in words, for a person. */
            words: string;
        };
        /** @description A proposal with its lines. */
        Pending: {
            daily_preview: {
                [key: string]: components["schemas"]["DayPreview"];
            };
            /**
             * @description Events of the current proposal that something other than their lines posted, moved or took back; empty for another
             *     proposal.
             */
            elsewhere: components["schemas"]["Elsewhere"][];
            failed: components["schemas"]["Line"][];
            newly_scheduled: components["schemas"]["Line"][];
            /**
             * Format: int64
             * @description The current plan version of the club.
             */
            plan_version: number;
            quality: components["schemas"]["Quality"] | null;
            run: components["schemas"]["Run"] | null;
            run_id: components["schemas"]["RunId"] | null;
            stale: components["schemas"]["Staleness"];
            /** @description Lines that move or drop a posted schedule, each with its place before and after. */
            swaps: components["schemas"]["Line"][];
            time_zone: components["schemas"]["TimeZone"];
            /** @description Unfinished approvals of all runs, oldest first. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /** @description A person. */
        Person: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string;
        };
        /** @description A person who could work the line. */
        PersonChoice: {
            /** @description The person. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person. */
            employee_name: string;
            /** @description Whether this is the current placement. */
            is_present: boolean;
            /**
             * Format: double
             * @description The score with this person minus the current score.
             */
            points: number;
        };
        /** @description The difference between two plans for one person. */
        PersonDifference: {
            /** @description Number of days on which the person works, in the first plan and in the second. */
            days: number[];
            /**
             * Format: int32
             * @description Number of the person's events that differ in more than their start.
             */
            differ: number;
            /** @description The person. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person. */
            employee_name: string;
            /** @description Number of the person's events in the first plan and in the second. Posted events count too. */
            events: number[];
            /** @description Minutes of these events, in the first plan and in the second. */
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
        /** @description A person who could not work the line. */
        PersonRefused: {
            /** @description The person. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person. */
            employee_name: string;
            /**
             * @description The first rule that the placement would break. `null` if no rule is in the way: an edit of the line refuses this
             *     placement also with a reason.
             */
            rule: string | null;
            /**
             * @description The reason in words. For the current placement it names every rule that is broken there, for any other placement
             *     only the first one; a check of that placement names all.
             */
            words: string;
        };
        PersonSetAside: {
            field: components["schemas"]["FaultyField"];
            /**
             * Format: int64
             * @description Crossmark's number of the person; `null` if it cannot be read.
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
        /** @description A person and a start time, as the API answers it. */
        Place: {
            /**
             * Format: int32
             * @description The shift block; `null` unless the event is a Core event.
             */
            block: number | null;
            /** @description The person. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /** @description The start time. */
            schedule_datetime: string;
        };
        /** @description The differences between two plans. */
        PlanComparison: {
            /** @description Totals of the second plan. */
            after: components["schemas"]["PlanTotals"];
            /** @description Totals of the first plan. */
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
            /** @description The number of the event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The type of the event. */
            event_type: string;
            /** @description The name of the event. */
            project_name: string;
            /** @description The kind of the difference. */
            what: components["schemas"]["LineDifference"];
        };
        /** @description The planning settings of a club, with the rulebook's defaults for what the club has not set. */
        PlannedSettings: {
            /** @description The arrival times of the eight shift blocks, `HH:MM`. */
            arrivals: string[];
            /**
             * Format: int32
             * @description Number of Core events that a block can serve.
             */
            block_capacity: number;
            /**
             * Format: int32
             * @description Number of days from today to the first planned day.
             */
            buffer_days: number;
            /** @description The time at which the club closes, `HH:MM`; `null` for the rulebook's, 20:00. */
            closing: string | null;
            /**
             * Format: int32
             * @description Number of past weeks over which Core events are shared fairly.
             */
            fairness_weeks: number;
            /** @description The types that are fixed to their start date; `null` for the rulebook's list. */
            fixed_day_types: string[] | null;
            /**
             * Format: double
             * @description The gap in points at which the solver stops; `null` requires a proof.
             */
            gap_points: number | null;
            /**
             * Format: int32
             * @description Number of days from today to the last planned day.
             */
            horizon_days: number;
            /**
             * Format: int32
             * @description Minimum time between sending a line and its start, in minutes.
             */
            lead_minutes: number;
            /** @description The programme codes; `null` for the rulebook's list. */
            programme_codes: string[] | null;
            /**
             * Format: int32
             * @description How long the lines of a run are kept, in days.
             */
            retention_days: number;
            /**
             * Format: int32
             * @description The local hour from which the nightly run is due, 0 to 23.
             */
            run_hour: number;
            /**
             * Format: int32
             * @description Delay before Crossmark is read back after an unknown outcome, in seconds.
             */
            settle_s: number;
            /** @description The start times of all events except Core, `HH:MM` by name. A sequence of slots is given by its first slot. */
            starts: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description The solver's time limit, in seconds.
             */
            time_limit_s: number;
            /** @description The weight of each row of the score, by name, 0 to 5. */
            weights: {
                [key: string]: number;
            };
            /** @description The thresholds of a person's weekly workload. */
            workload: components["schemas"]["WorkloadThresholds"];
        };
        /** @description The settings that a run reads (rulebook section 8). The reader of snapshots checks them. */
        PlanningRequest: {
            /** @description The arrival times of the eight shift blocks, `HH:MM`; `null` for the rulebook's. */
            arrivals?: string[] | null;
            /**
             * Format: int32
             * @description Number of Core events that a block can serve.
             */
            block_capacity?: number | null;
            /**
             * Format: int32
             * @description Number of days from today to the first planned day.
             */
            buffer_days?: number | null;
            /** @description The time at which the club closes, `HH:MM`; `null` for the rulebook's. */
            closing?: string | null;
            /** @description The types that are fixed to their start date; `null` for the rulebook's list. */
            fixed_day_types?: string[] | null;
            /**
             * Format: int32
             * @description Number of days from today to the last planned day.
             */
            horizon_days?: number | null;
            /** @description The parts of a project's name that do not name a product; `null` for the rulebook's list. */
            programme_codes?: string[] | null;
            /**
             * @description The start times of all events except Core, `HH:MM` by name; `null` for the rulebook's. A name that is left out
             *     stays as it is.
             */
            starts?: {
                [key: string]: string;
            } | null;
            /** @description Weights by name, 0 to 5. A weight that is left out stays as it is. */
            weights?: {
                [key: string]: number;
            } | null;
        };
        /** @description The place of an event: person and start time. */
        PlanSpot: {
            /**
             * Format: int32
             * @description The shift block of a Core event; `null` for other events, and for a posted Core event without a recorded block.
             */
            block: number | null;
            /** @description The person who works the event. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The start time, club-local. */
            start: string;
        };
        /** @description A plan's score and counts. */
        PlanTotals: {
            /**
             * Format: int32
             * @description Number of posted schedules that are taken back.
             */
            dropped: number;
            /**
             * Format: int32
             * @description Number of posted schedules that move.
             */
            moved: number;
            /**
             * Format: int32
             * @description Number of candidates that are not placed.
             */
            not_placed: number;
            /**
             * Format: int32
             * @description Number of candidates that are placed.
             */
            placed: number;
            /**
             * Format: double
             * @description The score with the plan's own weights.
             */
            score: number;
            /** @description Points by term with every weight at 1. Terms with 0 points are left out. */
            terms: {
                [key: string]: number;
            };
        };
        /** @description The person and the start time of a posted event. */
        PostedTo: {
            employee_id: components["schemas"]["EmployeeId"];
            employee_name: string | null;
            schedule_datetime: string;
        };
        /**
         * @description Counts of the current proposal. They leave out rejected and superseded lines. They also leave out a line that was
         *     not accepted if its event was posted, moved or taken back in another way.
         */
        ProposalNumbers: {
            accepted: number;
            at: string;
            held: number;
            /** @description Number of lines that place, move or drop an event. */
            lines: number;
            /**
             * @description Number of these open lines that need a look: a move or take-back, a flag, a confirmed rule break or an unmet
             *     wish.
             */
            needs_look: number;
            /** @description Number of events without a place. Neither `lines` nor `needs_look` counts them. */
            not_placed: number;
            /** @description Number of these lines on which nobody has decided. */
            open: number;
            /**
             * @description Whether the data that a run reads has changed since the proposal, other than by the approval, submission and
             *     recall of lines, people's decisions about lines, and the nightly count of debts.
             */
            plan_moved: boolean;
            run_id: components["schemas"]["RunId"];
            /**
             * @description Number of these lines whose event has no place, because its posted schedule is taken back: by the line, or since
             *     the line was accepted.
             */
            taken_back: number;
        };
        /** @description Everything that decides a run's answer. */
        Provenance: {
            /** @description The answer in canonical form. */
            answer: components["schemas"]["ArchivedDocument"];
            /** @description The erasures of people that changed the archived documents, oldest first. */
            erasures: components["schemas"]["ArchiveErasure"][];
            /**
             * Format: double
             * @description The gap in points at which the solver stops; 0 requires a proof.
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
             * @description The solver's time limit, in milliseconds of wall time.
             */
            time_limit_ms: number;
            /** @description The weights of soft rules that are not 1. */
            weights: {
                [key: string]: number;
            };
        };
        /** @description The change of a fact to undo. */
        PutBackRequest: {
            /** @description The fact, as the answer to saving it named it. */
            fact: string;
            /**
             * Format: int64
             * @description The version after the change; 0 if the change removed the fact.
             */
            version: number;
        };
        /** @description The quality of a proposal, and the cost of finding it. */
        Quality: {
            /** Format: double */
            bound: number | null;
            costs: {
                [key: string]: components["schemas"]["Cost"];
            };
            /** @description Number of events that are not placed, by reason. */
            failures: {
                [key: string]: number;
            };
            /** Format: double */
            gap_percent: number | null;
            /** Format: double */
            gap_points: number | null;
            /** @description Whether the proposal is proven to be optimal. */
            proven: boolean;
            /**
             * Format: int64
             * @description Number of requests to the table.
             */
            requests: number;
            /** Format: double */
            score: number | null;
            /** @description Why the solver stopped: `optimal`, `gap`, `time_limit` or `nothing_to_do`; `null` if it did not answer. */
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
        /** @description Why an event is not placed, or why its posted schedule is dropped. */
        Reason: {
            /** @description The code of the rulebook's reason. */
            code: string;
            /** @description The rules that cause it. */
            rules: string[];
            /** @description The reason in plain words. */
            text: string;
        };
        Recalled: {
            /** @description The recalled lines that the approval had not reached. */
            never_approved: string[];
            /**
             * @description The lines whose approval was taken back, which are `proposed` or `user_edited` again, and those of
             *     `never_approved`.
             */
            recalled: string[];
            too_late: components["schemas"]["UnchangedLine"][];
        };
        RecallRequest: {
            approval_id?: components["schemas"]["ApprovalId"] | null;
            lines?: components["schemas"]["LineId"][] | null;
        };
        /** @description A refresh. */
        Refresh: {
            /** @description Who requested the refresh; `null` for an hourly one. */
            asked_by: string | null;
            /** @description When the refresh was requested, or started by itself, in UTC. */
            at: string;
            counts: components["schemas"]["RefreshCounts"];
            ended_at: string | null;
            /** @description Why the refresh failed, in words; `null` if it did not. */
            error: string | null;
            failure: components["schemas"]["RefreshFailure"] | null;
            kept_until: string;
            phase: components["schemas"]["RefreshPhase"] | null;
            refresh_id: string;
            status: components["schemas"]["RefreshStatus"];
            time_zone: components["schemas"]["TimeZone"];
        };
        RefreshAsked: {
            /** @description Whether the request joined a requested refresh that was already under way. */
            joined: boolean;
            refresh_id: string;
        };
        /** @description Number of events by what the refresh found. Each event counts once, except in `listed`. */
        RefreshCounts: {
            /** @description Number of events about which Crossmark and Muster agree again. */
            agree_again: number;
            /** @description Number of events that were scheduled at Crossmark. */
            booked: number;
            /** @description Number of events that were canceled or expired at Crossmark. */
            canceled: number;
            /** @description Number of events whose name, type, window, length or condition changed. */
            changed: number;
            /**
             * @description Number of events where Crossmark contradicts the decisions of people in Muster. A person must say which side is
             *     right.
             */
            differ: number;
            /**
             * @description Number of events that were left unchanged because somebody changed them at the same time. The next refresh looks
             *     again.
             */
            left: number;
            /** @description Number of events on Crossmark's list whose rows can be read. */
            listed: number;
            /** @description Number of events whose schedule moved to another time or person at Crossmark. */
            moved: number;
            /** @description Number of events that Muster did not know. */
            new: number;
            /** @description Number of events whose schedule was taken back at Crossmark. */
            taken_back: number;
            /** @description Number of open events that were withdrawn, because Crossmark no longer lists them. */
            withdrawn: number;
        };
        /** @description A changed field of an event, with its values. */
        RefreshedChange: {
            /** @description The value after the refresh, in the same form; `null` if there is none. */
            after: string | null;
            /**
             * @description The value before the refresh: a name (its first 160 characters), a type, a window as an ISO 8601 interval of
             *     club-local times, a length in minutes, or a condition; `null` if there was none.
             */
            before: string | null;
            /** @description The changed field. */
            field: components["schemas"]["RefreshedField"];
        };
        /**
         * @description A field of an event.
         * @enum {string}
         */
        RefreshedField: "name" | "type" | "window" | "length" | "condition";
        /** @description The latest refreshes. */
        Refreshes: {
            items: components["schemas"]["Refresh"][];
        };
        /**
         * @description Why a refresh failed.
         * @enum {string}
         */
        RefreshFailure: "login_refused" | "crossmark_unreadable" | "location" | "out_of_time" | "internal";
        /** @description What a refresh found about an event. */
        RefreshNews: {
            after: components["schemas"]["Place"] | null;
            before: components["schemas"]["Place"] | null;
            /** @description The changed fields with their values; empty in reports from before values were recorded. */
            changes: components["schemas"]["RefreshedChange"][];
            event_ref_num: components["schemas"]["EventRef"];
            fields: components["schemas"]["RefreshedField"][];
            kind: components["schemas"]["RefreshNewsKind"];
            project_name: string;
        };
        /**
         * @description What a refresh found about an event.
         * @enum {string}
         */
        RefreshNewsKind: "new" | "changed" | "booked" | "moved" | "taken_back" | "canceled" | "withdrawn" | "differ" | "agree_again";
        /**
         * @description The phase of a refresh.
         * @enum {string}
         */
        RefreshPhase: "events" | "people" | "writing";
        /** @description A refresh with its findings. */
        RefreshReport: components["schemas"]["Refresh"] & {
            /** @description The first 200 events, in the order in which they were written. */
            events: components["schemas"]["RefreshNews"][];
            /** @description People at Crossmark whom Muster does not know, the first 200 by name. */
            unknown_people: components["schemas"]["UnknownPerson"][];
            /** @description Total number of such people. */
            unknown_people_total: number;
        };
        /**
         * @description The state of a refresh.
         * @enum {string}
         */
        RefreshStatus: "queued" | "running" | "done" | "failed" | "lost";
        RefusedDecision: {
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The reason in words. */
            reason: string;
        };
        /** @description A line that was refused, with the reason. */
        RefusedLine: {
            /** @description The reason, for programs. */
            code: string;
            /** @description The id of the line. */
            line: string;
            /** @description The reason, for a person. */
            reason: string;
            /** @description The rules that cause the refusal. */
            rules: string[];
        };
        Rejected: {
            rejected: string[];
            too_late: components["schemas"]["UnchangedLine"][];
        };
        RejectRequest: {
            lines?: components["schemas"]["LineId"][] | null;
            reasons?: string[];
            run_id: components["schemas"]["RunId"];
        };
        /** @description The result of solving a past run again. */
        Replay: {
            /** @description The violations that the checker finds in the answer of a run that stopped at its time limit. */
            breaches: string[];
            /** @description Whether the replay confirms the run. */
            confirms: boolean;
            /** @description Number of erasures of people that changed the archived documents of the run. */
            erasures: number;
            /** @description Number of lines that differ. */
            lines_differ: number;
            /**
             * Format: double
             * @description The score of the replay; `null` if the checker judged the run's answer instead.
             */
            score_now: number | null;
            /**
             * Format: double
             * @description The score of the run.
             */
            score_then: number;
            /** @description The verdict in a sentence, with the versions that changed. */
            text: string;
            verdict: components["schemas"]["ReplayVerdict"];
            /** @description The versions that differ from those of the run. */
            versions: components["schemas"]["VersionChange"][];
        };
        /**
         * @description How an answer and its replay compare.
         * @enum {string}
         */
        ReplayVerdict: "identical" | "other_lines" | "different" | "rejudged" | "unfinished";
        /** @enum {string} */
        RequestedRunType: "manual";
        Retried: {
            not_failed: components["schemas"]["UnchangedLine"][];
            refused: components["schemas"]["RefusedLine"][];
            retried: string[];
        };
        /**
         * @description What a person may do in a club. Each role may also do what the earlier ones may.
         * @enum {string}
         */
        Role: "viewer" | "manager" | "admin";
        /** @description The backups of both rotations. */
        RotationBackups: {
            /** @description The backups of the juicer rotation. */
            juicer?: components["schemas"]["RotationWeek"];
            /** @description The backups of the primary leads. */
            primary_lead?: components["schemas"]["RotationWeek"];
        };
        /** @description An exception to a rotation on one date. */
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
        /** @description The person who holds a rotation on a weekday. */
        RotationFact: {
            backup_employee_id: components["schemas"]["EmployeeId"] | null;
            day: components["schemas"]["Day"];
            employee_id: components["schemas"]["EmployeeId"];
            rotation: components["schemas"]["RotationType"];
        };
        /** @description Both rotations and their backups. */
        Rotations: components["schemas"]["RotationTables"] & {
            saved: components["schemas"]["RotationsSavedBy"] | null;
            /**
             * Format: int64
             * @description The version of the rotations, to be sent when they are saved (optimistic concurrency).
             */
            version: number;
        };
        /** @description Both rotations to save. */
        RotationsRequest: {
            backups?: components["schemas"]["RotationBackups"];
            juicer: components["schemas"]["RotationWeek"];
            primary_lead: components["schemas"]["RotationWeek"];
            /**
             * Format: int64
             * @description The version that the request replaces; 0 if no rotations are saved yet. Without it, the last writer wins.
             */
            version?: number | null;
        };
        /** @description The version of the saved rotations. */
        RotationsSaved: {
            success: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description Who saved the rotations last, and when. */
        RotationsSavedBy: {
            at: string;
            by: string;
        };
        /** @description Both rotations and their backups. */
        RotationTables: {
            /** @description The people who fill in if the holder is not available. */
            backups: components["schemas"]["RotationBackups"];
            /** @description The people who work Juicer Production. */
            juicer: components["schemas"]["RotationWeek"];
            /** @description The people who lead the day. */
            primary_lead: components["schemas"]["RotationWeek"];
        };
        /** @description The people of a rotation today. */
        RotationToday: {
            backup: components["schemas"]["Person"] | null;
            /** @description Whether an exception applies to the date. */
            exception: boolean;
            named: components["schemas"]["Person"] | null;
            on_duty: components["schemas"]["Person"] | null;
        };
        /** @enum {string} */
        RotationType: "juicer" | "primary_lead";
        /** @description The person of each weekday; `null` if there is none. A weekday that is left out has no person. */
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
        /** @description Accepts broken rules, with a manager's reason. */
        RulesOverride: {
            /** @description Why the broken rules are accepted. */
            reason: string;
        };
        /** @description A run of the solver, an adopted trial, or the record of changes by hand. */
        Run: {
            /** @description When a line of the run was first approved, in UTC; `null` if none was. */
            approved_at: string | null;
            /** @description Who started the run; `null` for an automatic one. */
            by: string | null;
            /** @description When the run first had its proposal, in UTC; `null` if it has none. */
            completed_at: string | null;
            created_at: string;
            /**
             * Format: date
             * @description The night of an automatic run; `null` for other runs.
             */
            date: string | null;
            /** @description Who acknowledged the crash of the run; `null` if nobody did. */
            dismissed_by: string | null;
            emergency: boolean;
            /** @description Why the run failed, crashed or was rejected; `null` otherwise. */
            error: string | null;
            /**
             * Format: int32
             * @description Number of the events of `events_requiring_swaps` whose posted schedule is taken back; 0 for runs from before
             *     this field existed.
             */
            events_dropped: number | null;
            /** Format: int32 */
            events_failed: number | null;
            /** Format: int32 */
            events_requiring_swaps: number | null;
            /** Format: int32 */
            events_scheduled: number | null;
            /** @description Data of the club that no run can use, and that this run left out; the first 20. */
            left_out: string[];
            /** @description Total number of such data. */
            left_out_total: number;
            phase: components["schemas"]["RunPhase"] | null;
            /** Format: int64 */
            plan_version: number | null;
            provenance: components["schemas"]["Provenance"] | null;
            /** @description When the lines of the run expire, in UTC; `null` if no time is set. */
            retired_at: string | null;
            run_id: components["schemas"]["RunId"];
            run_type: components["schemas"]["RunType"];
            /** @description Whether the solver has not reported for so long that it counts as lost. */
            silent: boolean;
            status: components["schemas"]["RunStatus"];
            /** @description When the run entered its state, in UTC; `null` while it is queued. */
            status_since: string | null;
            superseded_by: components["schemas"]["RunId"] | null;
            /** Format: int32 */
            total_events_processed: number | null;
        };
        /** @description The id of a run. Ids sort by the time when the run, or the trial or draft that it is named after, was made. */
        RunId: string;
        RunNamed: {
            run_id: components["schemas"]["RunId"];
        };
        /** @description The best alternative for a line while everything else stays. */
        RunnerUp: {
            /**
             * Format: date
             * @description The date of the alternative.
             */
            date: string;
            /** @description The person who would work the event. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /**
             * Format: double
             * @description Points of the score lost by choosing the alternative.
             */
            points_lost: number;
            /** @description The points that differ, by term. */
            terms: {
                [key: string]: number;
            };
        };
        /** @description The current phase of a run. */
        RunPhase: {
            detail: string | null;
            name: components["schemas"]["PhaseName"];
            since: string;
        };
        /** @description The state of a run with its lines. */
        RunProgress: components["schemas"]["Run"] & {
            /** @description Number of lines by state. */
            counts: {
                [key: string]: number;
            };
            /** @description The cursor to send as `since` with the next request. */
            cursor: string;
            /** @description Number of lines that approval skips. */
            held: number;
            /** @description The lines that changed since `since`; `null` if the request had none. */
            lines: components["schemas"]["Line"][] | null;
            quality: components["schemas"]["Quality"] | null;
            time_zone: components["schemas"]["TimeZone"] | null;
            /** @description Unfinished approvals of the run, oldest first. */
            unfinished_approvals: components["schemas"]["UnfinishedApproval"][];
        };
        /** @description Rates over some runs. */
        RunRates: {
            /**
             * Format: int64
             * @description Number of times that Crossmark accepted a line, or a person recorded it as done by hand.
             */
            accepted: number;
            approved: number;
            crashed: number;
            /**
             * Format: int64
             * @description Number of edits that changed the place of a line.
             */
            edits: number;
            /** @description Number of runs that have ended, with or without a proposal. */
            ended: number;
            /**
             * Format: double
             * @description Mean number of events in a proposal; `null` without any.
             */
            events_per_run: number | null;
            failed: number;
            /** @description Number of events that are not placed, by reason. */
            failures: {
                [key: string]: number;
            };
            manual: number;
            /**
             * Format: double
             * @description The share of events of the proposals that have a place, 0 to 1; `null` without any events.
             */
            placed_rate: number | null;
            /** @description Number of runs that ended with a proposal. */
            proposed: number;
            /**
             * Format: int64
             * @description Number of times that Crossmark did not accept a line that was sent; a retry may follow.
             */
            refused: number;
            rejected: number;
            /**
             * Format: int64
             * @description Number of times that a line was retried after Crossmark did not accept it.
             */
            retries: number;
            runs: number;
            /**
             * Format: double
             * @description The share of ended runs that have a proposal, 0 to 1; `null` if none has ended.
             */
            success_rate: number | null;
            /**
             * Format: int32
             * @description Number of posted schedules that the proposals move or drop.
             */
            swaps: number;
            /**
             * Format: double
             * @description Mean time from the proposal to the first approval of a line, in seconds; `null` if there was none.
             */
            time_to_approval_s: number | null;
        };
        RunRequest: {
            /** @description Whether days inside the buffer are also planned. */
            emergency?: boolean;
            run_type?: components["schemas"]["RequestedRunType"];
        };
        /**
         * @description The state of a run.
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
         * @description A change of one event: `{"event_ref_num", "employee_id", "schedule_datetime"}` (either of the last two may be left
         *     out for a posted event), or `{"event_ref_num", "take_back": true}`.
         */
        ScheduleChange: {
            employee_id?: components["schemas"]["EmployeeId"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @description A date, or a club-local time without an offset. */
            schedule_datetime?: string | null;
            /** @description Whether the posted schedule is taken back. */
            take_back?: boolean;
        };
        /** @description The effect of changes of posted schedules. */
        ScheduleChanges: {
            approval_id: components["schemas"]["ApprovalId"] | null;
            /** @description Lines that are not approved, because they would break a rule without another line that is not approved either. */
            held_with: components["schemas"]["HeldWith"][];
            /**
             * @description Number of lines that are not approved yet, because the plan kept changing. The service checks them again within
             *     minutes, and approves or refuses them.
             */
            left: number;
            /** @description The changed lines, including those that move with others. */
            lines: components["schemas"]["Line"][];
            /** @description The broken rules that the manager accepted. */
            overridden: components["schemas"]["BrokenRule"][];
            /**
             * Format: int64
             * @description The plan version on which the changes were checked.
             */
            plan_version: number;
            /**
             * Format: double
             * @description The score after the change minus the score before.
             */
            points: number;
            /** @description Number of lines that are sent to Crossmark. */
            queued: number;
            refused: components["schemas"]["RefusedLine"][];
            run_id: components["schemas"]["RunId"] | null;
            /** @description The score difference by term. */
            terms: {
                [key: string]: number;
            };
            time_zone: string;
        };
        ScheduleChangesRequest: {
            changes: components["schemas"]["ScheduleChange"][];
            /** @description Returns the effect of the request without carrying it out. */
            dry_run?: boolean;
            override?: components["schemas"]["RulesOverride"] | null;
            /**
             * Format: int64
             * @description The plan version that the caller saw. The request is refused if the version has changed.
             */
            plan_version?: number | null;
            /** @description The reason for the changes, for the audit trail. */
            reason?: string | null;
        };
        /**
         * Format: int64
         * @description Crossmark's id of a scheduled event, which is needed to take the event back.
         */
        ScheduledEventId: number;
        /** @description A club and its settings. */
        Settings: components["schemas"]["PlannedSettings"] & {
            club: components["schemas"]["Club"];
            time_zone: components["schemas"]["TimeZone"];
            /** Format: int64 */
            version: number;
        };
        /** @description The club and its settings, with the rulebook's defaults for what the club has not set. */
        SettingsFact: components["schemas"]["PlannedSettings"] & {
            name: string;
            time_zone: components["schemas"]["TimeZone"];
        };
        /**
         * @description The settings to change. A member that is left out stays as it is. `null` restores the rulebook's default where the
         *     member allows it.
         */
        SettingsRequest: components["schemas"]["PlanningRequest"] & {
            /**
             * Format: int32
             * @description Number of past weeks over which Core events are shared fairly.
             */
            fairness_weeks?: number | null;
            /**
             * Format: int32
             * @description Minimum time between sending a line and its start, in minutes.
             */
            lead_minutes?: number | null;
            /** @description The name of the club. */
            name?: string | null;
            /**
             * Format: int32
             * @description The local hour from which the nightly run is due, 0 to 23.
             */
            run_hour?: number | null;
            /**
             * Format: int32
             * @description The solver's time limit, in seconds.
             */
            time_limit_s?: number | null;
            /**
             * @description The IANA time zone of the club.
             * @example America/Indiana/Indianapolis
             */
            time_zone?: string | null;
            /**
             * Format: int64
             * @description The version that the request replaces. Without it, the last writer wins.
             */
            version?: number | null;
            why?: string | null;
            workload?: components["schemas"]["WorkloadRequest"] | null;
        };
        /** @description The progress of a club's setup. */
        Setup: {
            /** @description Whether the club exists. */
            exists: boolean;
            /** @description Crossmark's locations to choose from, if it lists several and the club's is not known; otherwise empty. */
            locations: number[];
            /** @description Whether everything that a first run needs is present. */
            ready: boolean;
            /** @description The steps, in order. */
            steps: components["schemas"]["SetupStep"][];
        };
        /** @description A setup step, and what is missing. */
        SetupStep: {
            /** @description Whether nothing is missing. */
            done: boolean;
            /** @description What is missing, one sentence each. */
            missing: string[];
            /** @description Whether a first run needs the step. */
            needed: boolean;
            step: components["schemas"]["SetupStepName"];
        };
        /**
         * @description A step of the setup, up to the first proposal.
         * @enum {string}
         */
        SetupStepName: "club" | "crossmark" | "people" | "titles" | "availability" | "rotations" | "holidays" | "events" | "first_proposal";
        /**
         * @description The severity of a finding.
         * @enum {string}
         */
        Severity: "critical" | "warning" | "info";
        /** @description An event that the person works today. */
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
        /** @description The number of loaded items. */
        SnapshotLoaded: {
            club_id: components["schemas"]["ClubId"];
            /** @description Number of loaded people, availabilities, rotations and other documents. */
            documents: number;
            /** @description Number of loaded events, posted ones included. */
            events: number;
            /** @description Number of loaded posted schedules. */
            posted: number;
            success: boolean;
        };
        /** @description The place of an event. */
        Spot: {
            /**
             * Format: int32
             * @description The shift block; `null` unless the event is a Core event.
             */
            block: number | null;
            employee_id: components["schemas"]["EmployeeId"] | null;
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /** @description The number of the event. */
            event_ref_num: components["schemas"]["EventRef"];
            /** @description The id of the event's line; `null` if it has none. */
            line: string | null;
            /** @description The start time; `null` if the event would have no place. */
            schedule_datetime: string | null;
        };
        /** @description What has changed since a proposal was made. */
        Staleness: {
            newer_run_id: components["schemas"]["RunId"] | null;
            /**
             * @description Whether the data that a run reads has changed, other than by the approval, submission and recall of lines,
             *     people's decisions about lines, and the nightly count of debts.
             */
            plan_moved: boolean;
        };
        /** @description An event that a call-out leaves without a person. */
        StaysOpen: {
            event_ref_num: components["schemas"]["EventRef"];
            /** @description What would have to change so that somebody could take the event, the smallest change first; at most 3. */
            fits_if: components["schemas"]["FitsIf"][];
            /** @description The reason in plain words. */
            reason: string;
            rules: string[];
        };
        /**
         * @description The kind of a changed item.
         * @enum {string}
         */
        SubjectKind: "run" | "line" | "submissions" | "listing" | "event" | "fact" | "finding" | "debt" | "draft";
        /** @description A page of submissions. */
        SubmissionList: {
            /** @description Number of lines accepted since the club's midnight; `null` if it was not requested. */
            accepted_today: number | null;
            /** @description Number of the club's failed lines, by cause. */
            causes: {
                [key: string]: number;
            };
            /**
             * @description Number of the club's lines that are approved, being submitted, in doubt or failed, or that were edited after
             *     they failed, by state.
             */
            counts: {
                [key: string]: number;
            };
            items: components["schemas"]["Line"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            paused: components["schemas"]["Paused"] | null;
            time_zone: components["schemas"]["TimeZone"];
        };
        /** @description Counts of submissions, by whether they need a person. */
        SubmissionsNeedingYou: {
            failed: number;
            in_doubt: number;
            paused_until: string | null;
            /** @description Number of the failed lines that were too late to be sent. */
            too_late: number;
            under_way: number;
        };
        /**
         * @description A step of a line's submission, written before its call is made.
         * @enum {string}
         */
        SubmissionStep: "delete" | "schedule" | "restore";
        /** @description The common member of the answers of routes that write. */
        Success_Approved: components["schemas"]["Approved"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_CheckAnswer: components["schemas"]["CheckAnswer"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_DifferencesDecided: components["schemas"]["DifferencesDecided"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_DoneByHand: components["schemas"]["DoneByHand"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Draft: components["schemas"]["Draft"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_DroppedLines: components["schemas"]["DroppedLines"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Edited: components["schemas"]["Edited"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_FindingHeeded: components["schemas"]["FindingHeeded"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_FindingIgnored: components["schemas"]["FindingIgnored"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_FixesApplied: components["schemas"]["FixesApplied"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Recalled: components["schemas"]["Recalled"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_RefreshAsked: components["schemas"]["RefreshAsked"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Rejected: components["schemas"]["Rejected"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Retried: components["schemas"]["Retried"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_RunNamed: components["schemas"]["RunNamed"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_ScheduleChanges: components["schemas"]["ScheduleChanges"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_TrialAdopted: components["schemas"]["TrialAdopted"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_TrialBegun: components["schemas"]["TrialBegun"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description The common member of the answers of routes that write. */
        Success_Withdrawn: components["schemas"]["Withdrawn"] & {
            /** @description Always `true`. */
            success: boolean;
        };
        /**
         * @description Whether a club publishes learned affinity for its runs. With `off`, affinity is still learned and judged every night,
         *     but nothing is published and no run uses it.
         * @enum {string}
         */
        Switch: "on" | "off";
        /** @description Counts of what happened to lines. A line that was edited twice counts twice. */
        Tally: {
            /**
             * Format: int64
             * @description Number of times that Crossmark accepted a line, or a person recorded it as done by hand.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Number of these acceptances whose line had failed before.
             */
            accepted_again: number;
            /**
             * Format: int64
             * @description Number of times that a line was approved, other than by a retry.
             */
            approved: number;
            /**
             * Format: int64
             * @description Number of times that an edit changed the place of a line: to another person, day, time or block, to no
             *     place, or back to the original one.
             */
            edited: number;
            /**
             * Format: int64
             * @description Number of times that Crossmark did not accept a line that was sent; a retry may follow.
             */
            failed: number;
            /**
             * Format: int64
             * @description Number of these failures whose line had failed before.
             */
            failed_again: number;
            /**
             * Format: int64
             * @description Number of times that a line was held.
             */
            held: number;
            /**
             * Format: int64
             * @description Number of times that an approval was recalled before anything was sent.
             */
            recalled: number;
            /**
             * Format: int64
             * @description Number of times that a line was rejected.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Number of times that a line was retried after Crossmark did not accept it.
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
            /** @description The id by which the days off are deleted. */
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
             * @description The last day, not before the start.
             */
            end: string;
            /** Format: date */
            start: string;
            /** @description The reason of the change. Do not write who is away or for which illness. */
            why?: string | null;
        };
        /**
         * @description The IANA name of an existing time zone.
         * @example America/Indiana/Indianapolis
         */
        TimeZone: string;
        /** @description The people of both rotations today. */
        TodaysRotation: {
            juicer: components["schemas"]["RotationToday"];
            primary_lead: components["schemas"]["RotationToday"];
        };
        /** @description A trial with its result. */
        Trial: {
            adopted_run_id: components["schemas"]["RunId"] | null;
            base_run_id: components["schemas"]["RunId"] | null;
            /** @description The change that the trial tries. */
            change: Record<string, never>;
            created_at: string;
            /** @description Why the trial failed; `null` if it did not. */
            error: string | null;
            /** @description When the trial is deleted, in UTC. */
            kept_until: string;
            result: components["schemas"]["TrialResult"] | null;
            status: components["schemas"]["TrialStatus"];
            trial_id: string;
        };
        /** @description The effect of an adoption: the run that now has the current proposal, or the moves of a call-out. */
        TrialAdopted: {
            changes: components["schemas"]["ScheduleChanges"] | null;
            /** @description Number of lines that differ from the earlier proposal in more than their start; `null` for a call-out. */
            differ: number | null;
            run_id: components["schemas"]["RunId"] | null;
        };
        /** @description The base of a trial: what its change applies to. */
        TrialBase: "now" | {
            /** @description The club as a run read it. */
            run: components["schemas"]["RunId"];
        } | {
            /** @description No change: the run is solved again as it was. */
            replay: components["schemas"]["RunId"];
        };
        TrialBegun: {
            trial_id: string;
        };
        /** @description What to try, and on which base. */
        TrialRequest: {
            /** @description The base of the trial; the current club by default. */
            base?: components["schemas"]["TrialBase"];
            /** @description The changes of the club; `{}` for a replay. The rows of its lists are those of a snapshot. */
            change: Record<string, never>;
        };
        /** @description The result of a trial. */
        TrialResult: components["schemas"]["PlanComparison"] & {
            /**
             * Format: double
             * @description Upper bound of the score of every legal schedule; `null` if it is not known.
             */
            bound: number | null;
            /**
             * Format: double
             * @description Points between score and bound; `null` if the bound is not known.
             */
            gap: number | null;
            /** @description Events that a call-out leaves without a person. */
            open: components["schemas"]["StaysOpen"][];
            /**
             * Format: int64
             * @description The plan version that the trial read. The trial can be adopted only at this version.
             */
            plan_version: number;
            replay: components["schemas"]["Replay"] | null;
            /** Format: double */
            score: number;
            /**
             * Format: int64
             * @description The solving time, in milliseconds.
             */
            solve_ms: number;
            /** @description Why the solver stopped: `optimal`, `gap`, `time_limit` or `nothing_to_do`. */
            status: string;
            /**
             * @description Sentences about the absent person's schedules that a call-out leaves as they are, because an earlier change is on
             *     its way to Crossmark.
             */
            under_way: string[];
            without_change: components["schemas"]["PlanTotals"] | null;
            /**
             * @description Whether the plan of `without_change` is proven to be the best. If not, its solver reached the time limit, and a
             *     run without the change may differ from these totals. `false` without such a plan.
             */
            without_change_proven: boolean;
        };
        /**
         * @description The state of a trial.
         * @enum {string}
         */
        TrialStatus: "queued" | "running" | "done" | "failed";
        /** @description A line that the request could not change, with its state. */
        UnchangedLine: {
            /** @description The id of the line. */
            line: string;
            /** @description The state of the line. */
            status: components["schemas"]["LineStatus"];
        };
        /** @description The type and length of an event as Crossmark gave them. */
        UncorrectedFact: {
            /** Format: int32 */
            estimated_minutes: number | null;
            event_type: string | null;
        };
        /**
         * @description An approval that is not finished, or whose lines were not all queued for submission yet. The service finishes it
         *     within minutes. It can be recalled until then.
         */
        UnfinishedApproval: {
            approval_id: components["schemas"]["ApprovalId"];
            /** @description Number of these lines that are approved already. */
            approved: number;
            /** @description Number of lines that the approval covers. */
            lines: number;
            /** @description Whether a recall would still take something back. */
            recallable: boolean;
            run_id: components["schemas"]["RunId"];
            /**
             * Format: date-time
             * @description When the approval was made, in UTC.
             */
            since: string;
            /** @description The person who approved. */
            who: string;
        };
        /** @description A person at Crossmark whom Muster does not know. */
        UnknownPerson: {
            /** @description The employee id that Crossmark has for the person; `null` if it has none. */
            employee_id: string | null;
            /** @description The name of the person. */
            name: string;
            /**
             * Format: int64
             * @description Crossmark's number of the person.
             */
            rep_id: number;
        };
        /** @description A placement that was refused. */
        Unwanted: {
            /** @description When the placement was refused, in UTC. */
            at: string;
            /** @description The person who refused it. */
            by: string;
            /**
             * Format: date
             * @description The day of the placement.
             */
            date: string;
            /** @description The person of the refused placement. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /** @description The reason of the refusal, in words. */
            reason: string;
        };
        /** @description The findings about a week. */
        Validation: components["schemas"]["HealthOfWeek"] & {
            /** @description The findings, in order of date, severity, rule, person and events. */
            items: components["schemas"]["Finding"][];
            /** @description The cursor of the next page; `null` on the last page. */
            next: string | null;
            /** Format: int64 */
            plan_version: number;
            /** @description When events were last read from Crossmark; `null` if they never were. */
            refreshed_at: string | null;
            time_zone: components["schemas"]["TimeZone"];
            /** Format: date */
            today: string;
        };
        /** @description A version that differs from the one of the run. */
        VersionChange: {
            /** @description Its version in the replay. */
            now: string;
            /** @description Its version in the run. */
            then: string;
            /** @description The component. */
            what: components["schemas"]["Versioned"];
        };
        /**
         * @description A component with a version.
         * @enum {string}
         */
        Versioned: "program" | "rulebook" | "highs";
        /** @description A way out of a finding: changes that remove it, or no change to leave it as it is. */
        WayOut: {
            changes: components["schemas"]["WayOutChange"][];
            /** @description The id to send as `option`. */
            id: string;
            /** @description The kind: `give`, `move`, `trade`, `place`, `rotation`, `take_back` or `leave`. */
            kind: string;
            /**
             * Format: double
             * @description The score after the change minus the score before.
             */
            points: number;
            /** @description Number of findings that the way out removes, this one included; 0 for `leave`. */
            removes: number;
            /** @description Number of other findings that stay but have fewer events. */
            shrinks: number;
            /** @description What to do, in words. */
            text: string;
        };
        /** @description One change of a way out. */
        WayOutChange: {
            after: components["schemas"]["Place"] | null;
            before: components["schemas"]["Place"] | null;
            event_ref_num: components["schemas"]["EventRef"];
            /** @enum {string} */
            kind: "schedule";
            /** @description Whether the change is sent to Crossmark. Person and time are sent, and a block is not. */
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
            /** @description At most 8 ways out, the best score difference first. The last one changes nothing. */
            options: components["schemas"]["WayOut"][];
            /** Format: int64 */
            plan_version: number;
        };
        /** @description The weekly availability of a person. */
        WeekFact: {
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            employee_id: components["schemas"]["EmployeeId"];
        };
        /** @description The health of one week. */
        WeekHealth: {
            /**
             * Format: int32
             * @description Number of critical faults that count, as `critical_faults` of the findings of a week.
             */
            critical: number;
            /**
             * Format: int32
             * @description The health, from 0 to 100.
             */
            health: number;
            /**
             * Format: int32
             * @description Number of posted schedules.
             */
            schedules: number;
            /**
             * Format: int32
             * @description Number of warning faults that count, as `warning_faults` of the findings of a week.
             */
            warnings: number;
            /**
             * Format: date
             * @description The Sunday of the week.
             */
            week: string;
        };
        /** @description A person's weekly availability. */
        WeeklyAvailabilityRequest: {
            /**
             * @description Availability by weekday. Weekdays that are left out are available. An empty object deletes the weekly
             *     availability.
             */
            days: {
                [key: string]: components["schemas"]["Allowance"];
            };
            /**
             * Format: int64
             * @description The version that the request replaces; 0 if nothing is saved yet. Without it, the last writer wins.
             */
            version?: number | null;
            why?: string | null;
        };
        /** @description The weights that would be saved. Nothing is saved yet. */
        WeightsFromWords: {
            /** @description The weights that change, by name, as `PUT /api/settings` and a trial take them. */
            weights: {
                [key: string]: number;
            };
            wishes: components["schemas"]["WeightWish"][];
        };
        /** @description A change of one weight, as the text asks for it. */
        WeightWish: {
            /** Format: double */
            after: number;
            /** Format: double */
            before: number;
            /**
             * Format: double
             * @description The factor that multiplies the weight; a factor above 1 raises a weight of 0 to 1. `null` if the weight is set.
             */
            factor: number | null;
            /** @description The part of the text that asks for the change. */
            said: string;
            /**
             * Format: double
             * @description The value that the weight is set to; `null` if it is multiplied.
             */
            to: number | null;
            /** @description The name of the weight. */
            weight: string;
        };
        /** @description Changes of weights in words. */
        WeightWords: {
            /** @description One or several changes: `follow the rotation more, fairness a little less`. */
            text: string;
            /** @description Unsaved weights by name that the changes apply to. For other names, the club's own weights apply. */
            weights?: {
                [key: string]: number;
            };
        };
        /** @description A placement by hand. */
        Wish: {
            /** @description When the event was placed, in UTC. */
            at: string;
            /** @description The person who placed it. */
            by: string;
            /**
             * Format: date
             * @description The day of the placement.
             */
            date: string;
            /** @description The person who is to work the event. */
            employee_id: components["schemas"]["EmployeeId"];
            /** @description The name of the person; `null` if it is not known. */
            employee_name: string | null;
            /** @description Whether the line has this placement. */
            met: boolean;
            /** @description The rules that the placement would break. */
            rules: string[];
            /** @description Why the line does not have this placement, in words; `null` if it does, or if no reason is recorded. */
            why_not: string | null;
        };
        Withdrawn: {
            /** @description Number of events that were withdrawn. */
            withdrawn: number;
        };
        /**
         * @description How much a person works in a week.
         * @enum {string}
         */
        WorkloadLevel: "normal" | "high" | "too_much";
        /** @description The thresholds of a person's weekly workload. */
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
        /** @description The thresholds of a person's weekly workload. */
        WorkloadThresholds: {
            /**
             * Format: int32
             * @description Number of days from which a week counts as high.
             */
            high_days: number;
            /**
             * Format: int32
             * @description Number of minutes from which a week counts as high.
             */
            high_minutes: number;
            /**
             * Format: int32
             * @description Number of days from which a week counts as too much.
             */
            too_much_days: number;
            /**
             * Format: int32
             * @description Number of minutes from which a week counts as too much.
             */
            too_much_minutes: number;
        };
        /** @description A holiday that returns every year. */
        YearlyHoliday: {
            /** @description The id by which the holiday is deleted. */
            id: string;
            name: string | null;
            /**
             * Format: date
             * @description The first date of the holiday from today on.
             */
            next: string | null;
            rule: components["schemas"]["HolidayRule"];
            /** Format: int64 */
            version: number;
        };
        /** @description A holiday that returns every year. */
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
