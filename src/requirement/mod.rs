//! What a stage may ask of a deal. Knows deals and their declarations, not workflows or stages.

pub mod expression;
