//! What a person has chosen to see of the agent itself.

#[derive(Clone, Debug, Default)]
pub struct InsideModel {
    /// Whether the agent holds anything beside its values.
    pub ready: bool,
    /// Whether weights by feature are among it.
    pub weights: bool,
    /// First line shown.
    pub top: usize,
    /// First act column of the weights shown, where not all fit.
    pub left: u16,
    /// The largest weight seen in this run, rounded: colours do not flicker.
    pub bound: f32,
    /// The run that all this belongs to.
    pub of: String,
    /// First line of the inspector shown.
    pub inspected: usize,
}
