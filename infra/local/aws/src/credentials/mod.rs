//! Access keys and whom they stand for.
