//! IAM policies: who may do what, and which grants were used.
