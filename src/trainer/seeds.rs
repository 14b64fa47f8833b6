//! Silent replicas of a run with other seeds.

/// Of one lane.
pub(super) struct Replicas;
