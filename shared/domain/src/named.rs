//! Enums whose variants have a name in JSON and in messages, and serde by that name.

/// Defines an enum whose variants have names, with
///
/// - `ALL`: every variant, in order of declaration;
/// - `name()`: the name of a variant;
/// - `named(name)`: the variant with the given name, if there is one.
///
/// The enum must be `Copy`, and no two variants may have the same name.
///
/// ```ignore
/// domain::named_enum! {
///     /// What a placement is.
///     #[derive(Debug, Clone, Copy, PartialEq, Eq)]
///     pub enum PlacementKind {
///         /// A candidate that is placed.
///         New = "new",
///         /// A posted schedule that is moved.
///         Moved = "moved",
///     }
/// }
/// ```
#[macro_export]
macro_rules! named_enum {
    (
        $(#[$type_attribute:meta])*
        $visibility:vis enum $type:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $name:literal),+ $(,)?
        }
    ) => {
        $(#[$type_attribute])*
        $visibility enum $type {
            $($(#[$variant_attribute])* $variant),+
        }

        impl $type {
            /// Every variant, in order of declaration.
            $visibility const ALL: [$type; [$($name),+].len()] = [$($type::$variant),+];

            /// The name of the variant.
            $visibility fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name),+
                }
            }

            /// The variant with this name, if there is one.
            $visibility fn named(name: &str) -> Option<$type> {
                $type::ALL.into_iter().find(|one| one.name() == name)
            }
        }
    };
}

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
