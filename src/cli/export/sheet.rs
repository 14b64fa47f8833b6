//! Rows as comma-separated values (RFC 4180) or as JSON lines: the same fields under the same names.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::cli::csv;
use crate::cli::show::plain;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv,
    JsonLines,
}

pub struct Sheet<'a> {
    out: &'a mut dyn Write,
    form: Form,
    head: &'static [&'static str],
}

impl<'a> Sheet<'a> {
    pub fn new(out: &'a mut dyn Write, form: Form, head: &'static [&'static str]) -> io::Result<Sheet<'a>> {
        if form == Form::Csv {
            writeln!(out, "{}", head.join(","))?;
        }
        Ok(Sheet { out, form, head })
    }

    /// One field for each name of the head.
    pub fn row(&mut self, fields: Vec<Value>) -> io::Result<()> {
        match self.form {
            Form::Csv => {
                let fields: Vec<String> = fields.iter().map(cell).collect();
                writeln!(self.out, "{}", fields.join(","))
            }
            Form::JsonLines => {
                let object: Map<String, Value> = self.head.iter().map(|name| (*name).to_owned()).zip(fields).collect();
                writeln!(self.out, "{}", Value::Object(object))
            }
        }
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => csv::cell(text),
        other => other.to_string(),
    }
}

/// A number kept in 32 bits, in as many digits as it takes to read it back; what is not finite is left out.
pub fn number(x: f32) -> Value {
    if x.is_finite() { plain(x).into() } else { Value::Null }
}
