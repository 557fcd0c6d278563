//! The sample workspace of `tests/showcase`, embedded; a test holds the two equal.

macro_rules! files {
    ($($path:literal)*) => {
        /// The paths of the sample's files, and their texts.
        pub const FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../tests/showcase/", $path)))),*];
    };
}

files! {
    "README.md"
    "dealgate.toml"
    "deals/brightsteel/bremerhaven-fenders.yaml"
    "deals/brightsteel/bruckner-arch.yaml"
    "deals/brightsteel/channel-linkspan.yaml"
    "deals/brightsteel/delta-lock.yaml"
    "deals/brightsteel/fjordline-ramps.yaml"
    "deals/brightsteel/lindau-penstock.yaml"
    "deals/brightsteel/lindau-sluice.yaml"
    "deals/brightsteel/moreau-girders.yaml"
    "deals/brightsteel/oderland-gantry.yaml"
    "deals/brightsteel/ruhr-conveyor.yaml"
    "deals/brightsteel/tatra-bogies.yaml"
    "deals/brightsteel/windpark-foundations.yaml"
    "deals/northwind/almagro-network.yaml"
    "deals/northwind/blue-harbor-demand.yaml"
    "deals/northwind/cascade-branches.yaml"
    "deals/northwind/hanseatic-exposure.yaml"
    "deals/northwind/harlow-claims.yaml"
    "deals/northwind/kestrel-crews.yaml"
    "deals/northwind/lindqvist-stores.yaml"
    "deals/northwind/meadow-promotions.yaml"
    "deals/northwind/meridian-beds.yaml"
    "deals/northwind/osprey-fleet.yaml"
    "deals/northwind/pinnacle-tyres.yaml"
    "deals/northwind/polder-forecast.yaml"
    "deals/northwind/quarry-hotels.yaml"
    "deals/northwind/sutherland-docks.yaml"
    "deals/northwind/tessera-lab.yaml"
    "deals/northwind/vantage-renewal.yaml"
    "workflows/brightsteel.toml"
    "workflows/northwind.toml"
}
