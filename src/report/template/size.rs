//! Limits what a template builds: lists and records count with their content, and must not contain themselves.

use minijinja::value::{Kwargs, ObjectRepr, Rest, Value, ValueOrKwargs};
use minijinja::{Environment, Error, State};
use minijinja::{filters, functions};

use super::budget::{TOO_LARGE, refused};
use super::loaded::SheetOnDemand;
use super::value::ModelObject;

/// How deep lists and records may nest that a template makes.
const DEEPEST: usize = 8;

/// The values that one list or record may be made of, beside those of the model.
const MOST: u64 = 10_000;

/// The widest that JSON may be indented.
const WIDEST: usize = 16;

/// What is said of a list or record that is refused.
pub(super) const TOO_DEEP: &str = "lists and records of a template nest no more than 8 deep";
pub(super) const TOO_WIDE: &str = "`indent` of tojson is no more than 16";
pub(super) const IN_ITSELF: &str = "a namespace cannot stand in a list, a record or a namespace";

/// Adds the filters that measure what is made, and those that make lists in lists, measured; the report has so many
/// values.
pub(super) fn add(environment: &mut Environment<'_>, values: u64) {
    let most = MOST + values;
    let keep = move |state: &State<'_, '_>, value: Value| keep(state, value, most);
    environment.add_filter("__kept", move |state: &State<'_, '_>, value: Value| keep(state, value));
    environment.add_filter("__held", move |state: &State<'_, '_>, value: Value| {
        if is_namespace(&value) { Err(refused(IN_ITSELF)) } else { keep(state, value) }
    });
    environment.add_filter(
        "batch",
        move |state: &State<'_, '_>, value: Value, count: usize, fill: Option<Value>| {
            keep(state, filters::batch(state, value, count, fill)?)
        },
    );
    environment.add_filter(
        "slice",
        move |state: &State<'_, '_>, value: Value, count: usize, fill: Option<Value>| {
            keep(state, filters::slice(state, value, count, fill)?)
        },
    );
    environment.add_filter("zip", move |state: &State<'_, '_>, value: Value, others: Rest<Value>| {
        keep(state, filters::zip(state, value, others)?)
    });
    environment.add_filter("chain", move |state: &State<'_, '_>, value: Value, others: Rest<Value>| {
        keep(state, filters::chain(state, value, others)?)
    });
    environment
        .add_filter("items", move |state: &State<'_, '_>, value: &Value| keep(state, filters::items(value)?));
    environment.add_filter(
        "tojson",
        move |state: &State<'_, '_>, value: Value, indent: Option<Value>, options: Kwargs| {
            let indent = indent.map_or_else(|| options.get::<Option<Value>>("indent"), |it| Ok(Some(it)))?;
            let width = indent.as_ref().and_then(|indent| usize::try_from(indent.clone()).ok());
            if width.is_some_and(|width| width > WIDEST) {
                return Err(refused(TOO_WIDE));
            }
            filters::tojson(&keep(state, value)?, indent, options)
        },
    );
    environment.add_function("dict", move |state: &State<'_, '_>, value: Option<Value>, more: Kwargs| {
        keep(state, functions::dict(value, more)?)
    });
    environment.add_function("namespace", move |state: &State<'_, '_>, begins: Option<ValueOrKwargs>| {
        if let Some(begins) = &begins {
            keep(state, begins.clone().into_value())?;
        }
        functions::namespace(begins)
    });
}

/// The value, if it is made of no more than so many; steps are taken for going through them.
fn keep(state: &State<'_, '_>, value: Value, most: u64) -> Result<Value, Error> {
    let mut left = most;
    measure(&value, DEEPEST, &mut left)?;
    state.consume_fuel((most - left) / 8)?;
    Ok(value)
}

fn measure(value: &Value, depth: usize, left: &mut u64) -> Result<(), Error> {
    *left = left.checked_sub(1).ok_or_else(|| refused(TOO_LARGE))?;
    let Some(object) = value.as_object() else { return Ok(()) };
    // What the report is made of is as large as it is.
    let is_of_model =
        object.downcast_ref::<ModelObject>().is_some() || object.downcast_ref::<SheetOnDemand>().is_some();
    if is_of_model || object.repr() == ObjectRepr::Plain {
        return Ok(());
    }
    if is_namespace(value) && depth < DEEPEST {
        return Err(refused(IN_ITSELF));
    }
    let below = depth.checked_sub(1).ok_or_else(|| refused(TOO_DEEP))?;
    match object.repr() {
        ObjectRepr::Map => {
            for (key, value) in object.try_iter_pairs().into_iter().flatten() {
                measure(&key, below, left)?;
                measure(&value, below, left)?;
            }
        }
        _ => {
            for item in object.try_iter().into_iter().flatten() {
                measure(&item, below, left)?;
            }
        }
    }
    Ok(())
}

fn is_namespace(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.type_name().ends_with("::Namespace"))
}
