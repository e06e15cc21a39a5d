//! The operators at which a name is registered, as replies name them.

use serde::Serialize;

macro_rules! operators {
    ($($(#[$doc:meta])* $key:ident = $wire:literal,)*) => {
        /// An operator, or a country's tariff, at which a sender name has a status of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
        #[serde(rename_all = "camelCase")]
        pub enum OperatorKey { $($(#[$doc])* $key,)* }

        impl OperatorKey {
            /// Every operator, with its key in replies. The order differs between formats, so they are read by name.
            pub const ALL: &[(Self, &str)] = &[$((Self::$key, $wire),)*];
        }
    };
}

operators! {
    /// MegaFon, paid name.
    MegaStep = "mega_step",
    /// MegaFon, international traffic.
    MegaInt = "mega_int",
    /// Beeline, paid name.
    BeeStep = "bee_step",
    /// MOTIV, tariff with free names.
    Motiv = "motiv",
    /// MOTIV, paid name.
    MotivStep = "motiv_step",
    /// MOTIV, international traffic.
    MotivInt = "motiv_int",
    /// SberMobile, free name.
    SberStep = "sber_step",
    /// SberMobile, international traffic.
    SberInt = "sber_int",
    /// Win-Mobile, paid name.
    WinmobStep = "winmob_step",
    /// Volna mobile, paid name.
    VolnamobStep = "volnamob_step",
    /// MTS, paid name.
    MtsStep = "mts_step",
    /// MTS, international traffic.
    MtsInt = "mts_int",
    /// Tele2, paid name.
    Tele2Step = "tele2_step",
    /// Tele2, tariff with free names.
    Tele2 = "tele2",
    /// Tele2, international traffic.
    Tele2Int = "tele2_int",
    /// Ukraine, national tariff.
    UaReg = "ua_reg",
    /// Ukraine, international tariff.
    UaInt = "ua_int",
    /// Belarus, national tariff.
    ByReg = "by_reg",
    /// Belarus, international tariff.
    ByInt = "by_int",
}
