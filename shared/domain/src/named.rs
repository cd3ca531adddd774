//! Serde by name for enums of the rulebook: `name()` returns a variant's name, `named()` finds a variant, `ALL` lists
//! them.

/// Implements serde for a type through its names.
macro_rules! serde_by_name {
    ($type:ty, $refusal:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                <$type>::named(&name).ok_or_else(|| serde::de::Error::custom($refusal))
            }
        }
    };
}

/// Describes a type in the API contract as an enumeration of its names.
macro_rules! schema_by_name {
    ($type:ty, $name:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let text = utoipa::openapi::schema::Type::String;
                let names = <$type>::ALL.map(<$type>::name);
                utoipa::openapi::ObjectBuilder::new().schema_type(text).enum_values(Some(names)).into()
            }
        }

        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}

pub(crate) use {schema_by_name, serde_by_name};
