//! DynamoDB streams, fed to functions.
