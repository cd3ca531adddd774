//! A mixed-integer linear model as plain data: columns, rows, and one objective to maximise. It is independent of
//! clubs and of the engine.

/// A column of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Col(pub usize);

/// A column's range and points.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Points for each unit.
    pub objective: f64,
    /// Minimum value.
    pub lower: f64,
    /// Maximum value.
    pub upper: f64,
    /// Whether it is an integer.
    pub integer: bool,
}

/// `lower <= sum of coefficient x column <= upper`.
#[derive(Debug, Clone)]
pub struct Row {
    /// Coefficients. Each column occurs at most once.
    pub terms: Vec<(Col, f64)>,
    /// Minimum of the sum, if there is one.
    pub lower: Option<f64>,
    /// Maximum of the sum, if there is one.
    pub upper: Option<f64>,
}

/// A sum of columns and a constant.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Coefficients. A column may occur several times until the sum becomes a row.
    pub terms: Vec<(Col, f64)>,
    /// The constant.
    pub constant: f64,
}

impl Sum {
    /// A constant sum.
    pub fn of(constant: f64) -> Sum {
        Sum { terms: Vec::new(), constant }
    }

    /// Adds a multiple of a column.
    pub fn add(&mut self, coefficient: f64, col: Col) {
        self.terms.push((col, coefficient));
    }

    /// Adds a multiple of another sum.
    pub fn add_sum(&mut self, coefficient: f64, other: &Sum) {
        self.terms.extend(other.terms.iter().map(|(col, c)| (*col, c * coefficient)));
        self.constant += coefficient * other.constant;
    }

    /// The value of the sum for these values of the columns.
    pub fn at(&self, values: &[f64]) -> f64 {
        self.constant + self.terms.iter().map(|(col, c)| c * values[col.0]).sum::<f64>()
    }

    /// This sum minus another.
    #[must_use]
    pub fn minus(mut self, other: &Sum) -> Sum {
        self.add_sum(-1.0, other);
        self
    }
}

impl FromIterator<Col> for Sum {
    fn from_iter<I: IntoIterator<Item = Col>>(cols: I) -> Sum {
        Sum { terms: cols.into_iter().map(|c| (c, 1.0)).collect(), constant: 0.0 }
    }
}

/// The model.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The columns, by handle.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Points that do not depend on the columns.
    pub constant: f64,
}

impl Model {
    /// A column that is 0 or 1.
    pub fn binary(&mut self, objective: f64) -> Col {
        self.integer(objective, 1.0)
    }

    /// An integer column from 0 to `upper`.
    pub fn integer(&mut self, objective: f64, upper: f64) -> Col {
        self.column(Column { objective, lower: 0.0, upper, integer: true })
    }

    /// A real column from 0 to `upper`.
    pub fn continuous(&mut self, objective: f64, upper: f64) -> Col {
        self.column(Column { objective, lower: 0.0, upper, integer: false })
    }

    /// Adds a column.
    pub fn column(&mut self, column: Column) -> Col {
        self.columns.push(column);
        Col(self.columns.len() - 1)
    }

    /// Upper bound of the objective from the columns' ranges: loose, but known without solving.
    pub fn ceiling(&self) -> f64 {
        let most = |c: &Column| (c.objective * c.lower).max(c.objective * c.upper);
        self.constant + self.columns.iter().map(most).sum::<f64>()
    }

    /// Lower and upper bound of a sum, from its columns' ranges.
    pub fn range(&self, sum: &Sum) -> (f64, f64) {
        sum.terms.iter().fold((sum.constant, sum.constant), |(low, high), (col, c)| {
            let column = &self.columns[col.0];
            let (a, b) = (c * column.lower, c * column.upper);
            (low + a.min(b), high + a.max(b))
        })
    }

    /// Adds a multiple of a sum to the objective.
    pub fn reward(&mut self, points: f64, sum: &Sum) {
        self.constant += points * sum.constant;
        for (col, coefficient) in &sum.terms {
            self.columns[col.0].objective += points * coefficient;
        }
    }

    /// Requires that a sum is at most a number.
    pub fn at_most(&mut self, sum: Sum, limit: f64) {
        let limit = limit - sum.constant;
        self.row(sum.terms, None, Some(limit));
    }

    /// Requires that a sum is at least a number.
    pub fn at_least(&mut self, sum: Sum, limit: f64) {
        let limit = limit - sum.constant;
        self.row(sum.terms, Some(limit), None);
    }

    /// Requires that a sum is 0.
    pub fn zero(&mut self, sum: Sum) {
        let value = 0.0 - sum.constant;
        self.row(sum.terms, Some(value), Some(value));
    }

    fn row(&mut self, mut terms: Vec<(Col, f64)>, lower: Option<f64>, upper: Option<f64>) {
        terms.sort_by_key(|(col, _)| *col);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        terms.retain(|(_, c)| *c != 0.0);
        if !terms.is_empty() {
            self.rows.push(Row { terms, lower, upper });
        }
    }
}
