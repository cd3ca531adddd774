//! A type of the rulebook that documents write by its name, as the contract describes it: one of the names.

/// Describes a type that is written as one of some names.
macro_rules! named_schema {
    ($type:ty, $name:literal, $names:expr) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let text = utoipa::openapi::schema::Type::String;
                utoipa::openapi::ObjectBuilder::new().schema_type(text).enum_values(Some($names)).into()
            }
        }

        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}
pub(super) use named_schema;
