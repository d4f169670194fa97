//! Dead-letter queues.
