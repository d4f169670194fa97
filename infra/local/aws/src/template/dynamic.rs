//! Dynamic references: `{{resolve:secretsmanager:ID:SecretString:JSON-KEY}}`.

use serde_json::{Map, Value};

use super::error::{Place, TemplateError};
use super::scope::Scope;

const OPENING: &str = "{{resolve:";

/// The characters of a generated secret; those that a template may exclude by group are apart.
const LETTERS_AND_DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// Replaces the dynamic references in a text.
pub(crate) fn resolve(scope: &Scope<'_>, text: String, at: &Place) -> Result<String, TemplateError> {
    if !text.contains(OPENING) {
        return Ok(text);
    }
    let mut result = String::new();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once(OPENING) {
        result.push_str(before);
        // The end may come from a later step, such as an outer Join.
        let Some((reference, after)) = behind.split_once("}}") else {
            result.push_str(OPENING);
            rest = behind;
            continue;
        };
        result.push_str(&look_up(scope, reference, at)?);
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn look_up(scope: &Scope<'_>, reference: &str, at: &Place) -> Result<String, TemplateError> {
    let Some(rest) = reference.strip_prefix("secretsmanager:") else {
        return Err(at.invalid(format!("{{{{resolve:{reference}}}}} is not supported, only secretsmanager")));
    };
    // An ARN has six colons of its own.
    let name_parts = if rest.starts_with("arn:") { 7 } else { 1 };
    let parts: Vec<&str> = rest.split(':').collect();
    let (name, detail) = parts.split_at(name_parts.min(parts.len()));
    let secret = generated(scope, &name.join(":"), at)?;
    match detail {
        [] | ["" | "SecretString"] | ["SecretString", ""] => Ok(secret),
        ["SecretString", key] => {
            let fields: Map<String, Value> =
                serde_json::from_str(&secret).map_err(|_| at.invalid("the secret is not a JSON object"))?;
            let value = super::scope::as_text(fields.get(*key));
            value.ok_or_else(|| at.invalid(format!("the secret has no {key}")))
        }
        _ => Err(at.invalid("versions of secrets are not supported")),
    }
}

/// The value of the secret with this ARN or name, generated at its first use. For one that is made outside the
/// templates it is what `Metadata.LocalCloud.Secrets` says.
fn generated(scope: &Scope<'_>, wanted: &str, at: &Place) -> Result<String, TemplateError> {
    let mut stack = Some(*scope);
    while let Some(scope) = stack {
        for (id, resource) in &scope.stack.document.resources {
            if scope.kind(id) != "AWS::SecretsManager::Secret" || !scope.is_created(id)? {
                continue;
            }
            let physical = scope.physical(id, at)?;
            if physical.reference == wanted
                || physical.attributes.get("Name").is_some_and(|name| name == wanted)
            {
                return load_or_generate(&scope, id, resource);
            }
        }
        if let Some(kept) = super::scope::as_text(scope.local("Secrets", wanted)) {
            return Ok(kept);
        }
        stack = scope.around();
    }
    Err(at.invalid(format!("no secret {wanted} in this template or around it")))
}

fn load_or_generate(scope: &Scope<'_>, id: &str, resource: &Value) -> Result<String, TemplateError> {
    let place = scope.stack.place(id);
    if let Some(text) = scope.property(id, "SecretString")? {
        return Ok(text);
    }
    let key = format!("{}/{id}", scope.stack.name);
    let failed = |source| TemplateError::Secret { id: key.clone(), source };
    if let Some(value) = scope.world.secrets.load(&key).map_err(failed)? {
        return Ok(value);
    }
    let wishes = resource.pointer("/Properties/GenerateSecretString");
    let wishes = wishes.ok_or_else(|| place.invalid("needs SecretString or GenerateSecretString"))?;
    let wishes = scope.evaluate(wishes, &place.within("GenerateSecretString"))?.unwrap_or(Value::Null);
    let value = generate(&wishes, &place)?;
    scope.world.secrets.store(&key, &value).map_err(failed)?;
    Ok(value)
}

fn generate(wishes: &Value, place: &Place) -> Result<String, TemplateError> {
    let flag = |name: &str| wishes.get(name).and_then(Value::as_bool).unwrap_or(false);
    let text = |name: &str| wishes.get(name).and_then(Value::as_str);
    let length = wishes.get("PasswordLength").and_then(Value::as_u64).unwrap_or(32);
    let length = usize::try_from(length).ok().filter(|length| (1..=4_096).contains(length));
    let length = length.ok_or_else(|| place.invalid("PasswordLength must be 1 to 4096"))?;
    let excluded = text("ExcludeCharacters").unwrap_or_default();
    let alphabet: Vec<char> = LETTERS_AND_DIGITS
        .chars()
        .chain(PUNCTUATION.chars().filter(|_| !flag("ExcludePunctuation")))
        .filter(|c| !excluded.contains(*c))
        .filter(|c| !(flag("ExcludeUppercase") && c.is_ascii_uppercase()))
        .filter(|c| !(flag("ExcludeLowercase") && c.is_ascii_lowercase()))
        .filter(|c| !(flag("ExcludeNumbers") && c.is_ascii_digit()))
        .collect();
    if alphabet.is_empty() {
        return Err(place.invalid("GenerateSecretString excludes every character"));
    }
    let password = random_text(&alphabet, length, place)?;
    match (text("SecretStringTemplate"), text("GenerateStringKey")) {
        (None, None) => Ok(password),
        (Some(template), Some(key)) => {
            let mut fields: Map<String, Value> = serde_json::from_str(template)
                .map_err(|_| place.invalid("SecretStringTemplate must be a JSON object"))?;
            fields.insert(key.to_owned(), Value::String(password));
            Ok(Value::Object(fields).to_string())
        }
        _ => Err(place.invalid("SecretStringTemplate and GenerateStringKey go together")),
    }
}

fn random_text(alphabet: &[char], length: usize, place: &Place) -> Result<String, TemplateError> {
    let mut random = vec![0; length * 2];
    getrandom::fill(&mut random).map_err(|error| place.invalid(format!("no randomness: {error}")))?;
    let characters = random.chunks_exact(2).map(|pair| {
        let number = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        alphabet[number % alphabet.len()]
    });
    Ok(characters.collect())
}
