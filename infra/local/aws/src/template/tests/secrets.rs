use super::Files;
use crate::template::{Deployment, FileSecrets, MemorySecrets, Options, Secrets};

const ROOT: &str = "
Resources:
  Key:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {PasswordLength: 64, ExcludePunctuation: true}}
  Login:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: login
      GenerateSecretString: {SecretStringTemplate: '{\"user\": \"me\"}', GenerateStringKey: password, ExcludeCharacters: '\"'}
  Area:
    Type: AWS::Serverless::Application
    Properties: {Location: area.yaml, Parameters: {KeyArn: !Ref Key}}
Outputs:
  Arn: {Value: !Ref Key}
  User: {Value: '{{resolve:secretsmanager:login:SecretString:user}}'}
  Password: {Value: '{{resolve:secretsmanager:login:SecretString:password}}'}
  Joined: {Value: !Join ['', ['<{{resolve:secretsmanager:', !Ref Key, '}}>']]}
";

const AREA: &str = "
Parameters:
  KeyArn: {Type: String}
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/account/list-contacts
      Environment: {Variables: {CURSOR_KEY: !Sub '{{resolve:secretsmanager:${KeyArn}}}'}}
";

fn read(secrets: &dyn Secrets) -> Deployment {
    let files = Files::new(&[("template.yaml", ROOT), ("area.yaml", AREA)]);
    Deployment::read(&files.0.path().join("template.yaml"), &Options::default(), secrets).unwrap()
}

fn cursor_key(deployment: &Deployment) -> &str {
    &deployment.functions[0].environment["CURSOR_KEY"]
}

#[test]
fn a_secret_is_generated_once_and_reaches_the_functions() {
    let secrets = MemorySecrets::default();
    let deployment = read(&secrets);
    let key = cursor_key(&deployment);
    assert!(key.len() == 64 && key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
    assert!(
        deployment.outputs["Arn"]
            .starts_with("arn:aws:secretsmanager:us-east-1:000000000000:secret:smartchat-Key-")
    );
    assert_eq!(deployment.outputs["Joined"], format!("<{key}>"));
    assert_eq!(cursor_key(&read(&secrets)), key);
    assert_ne!(cursor_key(&read(&MemorySecrets::default())), key);
}

#[test]
fn fields_of_a_secret_can_be_named() {
    let deployment = read(&MemorySecrets::default());
    assert_eq!(deployment.outputs["User"], "me");
    assert_eq!(deployment.outputs["Password"].len(), 32);
}

#[test]
fn secrets_outlive_the_process_in_a_file_that_only_its_owner_reads() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets.json");
    let key = cursor_key(&read(&FileSecrets::new(&path))).to_owned();
    assert_eq!(cursor_key(&read(&FileSecrets::new(&path))), key);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_secrets_file_that_is_damaged_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets.json");
    std::fs::write(&path, "{").unwrap();
    let files = Files::new(&[("template.yaml", ROOT), ("area.yaml", AREA)]);
    let root = files.0.path().join("template.yaml");
    let refusal =
        Deployment::read(&root, &Options::default(), &FileSecrets::new(&path)).unwrap_err().to_string();
    assert!(refusal.starts_with("cannot keep the secret smartchat/"), "{refusal}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
}
