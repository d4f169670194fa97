use super::{read, refusal};
use crate::template::{EventSource, LifecycleRule};

const BUCKET: &str = "
Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub '${AWS::StackName}-media-${AWS::AccountId}'
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true}
      NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
      CorsConfiguration:
        CorsRules: [{AllowedOrigins: ['*'], AllowedMethods: [GET, POST], AllowedHeaders: ['*'], MaxAge: 600}]
      LifecycleConfiguration:
        Rules:
          - {Id: unused, Status: Enabled, Prefix: uploads/, ExpirationInDays: 1}
          - {Id: parts, Status: Enabled, AbortIncompleteMultipartUpload: {DaysAfterInitiation: 2}}
          - {Id: off, Status: Disabled, ExpirationInDays: 1, TagFilters: [{Key: a, Value: b}]}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Media
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: 's3:*'
            Resource: [!GetAtt Media.Arn, !Sub '${Media.Arn}/*']
            Condition: {Bool: {'aws:SecureTransport': false}}
          - {Effect: Deny, Principal: '*', Action: 's3:DeleteObject', Resource: !Sub '${Media.Arn}/kept/*'}
  Check:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/media/on-object-created
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}
      Events:
        Uploaded:
          Type: S3
          Properties:
            Bucket: !Ref Media
            Events: s3:ObjectCreated:*
            Filter: {S3Key: {Rules: [{Name: prefix, Value: uploads/}]}}
  Failed: {Type: AWS::SQS::Queue}
";

#[test]
fn a_bucket_is_read_with_all_that_hangs_on_it() {
    let deployment = read(BUCKET).unwrap();
    let bucket = &deployment.buckets[0];
    assert_eq!(bucket.name, "smartchat-media-000000000000");
    assert_eq!(bucket.arn, "arn:aws:s3:::smartchat-media-000000000000");
    assert!(bucket.to_event_bridge && bucket.closed_to_public);
    assert_eq!((bucket.cors[0].methods.len(), bucket.cors[0].max_age), (2, Some(600)));
    let rule = |id: &str, prefix: &str, expiration_days, abort_days| LifecycleRule {
        id: id.to_owned(),
        prefix: prefix.to_owned(),
        tags: Vec::new(),
        expiration_days,
        abort_days,
    };
    let expected = [rule("unused", "uploads/", Some(1), None), rule("parts", "", None, Some(2))];
    assert_eq!(bucket.lifecycle, expected);
    let kept = format!("{}/kept/1", bucket.arn);
    assert_eq!(bucket.denies.len(), 1, "plain HTTP is no danger here");
    assert!(bucket.denies[0].denies("s3:DeleteObject", &kept));
    let notification = &bucket.notifications[0];
    assert_eq!(notification.function, "on-object-created");
    assert_eq!((notification.prefix.as_str(), notification.suffix.as_str()), ("uploads/", ""));
    let function = &deployment.functions[0];
    assert!(matches!(&function.events[0], EventSource::Bucket { bucket: name, .. } if *name == bucket.name));
    assert_eq!(function.unattended_retries, 2);
    assert!(function.unattended_dead_letter.as_ref().unwrap().ends_with(":smartchat-Failed"));
}

#[test]
fn what_is_not_followed_is_refused() {
    for (change, reason) in [
        (
            ("BucketEncryption:", "VersioningConfiguration: {Status: Enabled}\n      BucketEncryption:"),
            "Media.VersioningConfiguration: is not supported",
        ),
        (("ExpirationInDays: 1}", "ExpirationDate: x}"), "ExpirationDate: is not supported"),
        (("Condition: {Bool: {'aws:SecureTransport'", "Condition: {Bool: {'aws:MFA'"), "is not supported"),
        (("- {Effect: Deny", "- {Effect: Allow"), "only denials to everybody are supported"),
        (("s3:ObjectCreated:*", "s3:Replication:*"), "s3:Replication:* is not supported"),
        (("Name: prefix", "Name: infix"), "infix is neither prefix nor suffix"),
    ] {
        let changed = BUCKET.replacen(change.0, change.1, 1);
        assert_ne!(changed, BUCKET);
        assert!(refusal(&changed).contains(reason), "{reason}: {}", refusal(&changed));
    }
}
