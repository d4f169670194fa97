//! The parts of AWS that a laptop needs for the chat: the template reader, policies, signatures and credentials;
//! DynamoDB with its streams, S3, EventBridge with schedules, mail and push.

pub mod credentials;
pub mod dynamodb;
pub mod events;
pub mod http;
pub mod mail;
pub mod objects;
pub mod policy;
pub mod push;
pub mod queues;
pub mod schedules;
pub mod signature;
pub mod streams;
pub mod template;
