//! What of a conversation with a run is the person's own: the line being typed, lines typed before, where they look.

#[derive(Clone, Debug, Default)]
pub struct ChatModel {
    /// Whether the conversation stands in its pane.
    pub open: bool,
    pub typed: String,
    /// Letters before the cursor.
    pub cursor: usize,
    /// Lines typed before, the oldest first; and the one that came back.
    pub history: Vec<String>,
    pub recalled: Option<usize>,
    /// Lines between the last one and the foot of the pane, and how many there can be.
    pub scroll: usize,
    pub most: usize,
    /// The trainer's last notice when the conversation was asked for.
    pub heard: u64,
}
