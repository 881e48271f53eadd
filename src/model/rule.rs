//! Where a version of a rule stands in its life, as people have let it.

vocabulary! {
    /// A stage of a rule version's life: draft → shadow → live → retired, and back from live to shadow.
    Stage {
        /// Proposed by its author; nobody else has agreed to anything yet.
        Draft = "draft",
        /// May run and count; queues nothing.
        Shadow = "shadow",
        /// May queue posts.
        Live = "live",
        /// Not run any more; the end of this version.
        Retired = "retired",
    }
}
