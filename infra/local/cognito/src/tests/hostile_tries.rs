//! Guessing, and what it leads to.

use serde_json::json;

use super::world::{CLIENT, PASSWORD, World};

const WRONG: &str = "Incorrect username or password.";
const LOCKED: &str = "Password attempts exceeded";

async fn refusal(world: &World, email: &str) -> String {
    world.sign_in(email, "Wrong-horse-1").await.unwrap_err().1
}

#[tokio::test]
async fn wrong_passwords_lock_for_longer_and_longer() {
    let world = World::new();
    world.person("alice@example.com").await;
    // Nobody is locked like somebody, or the lock would tell who exists.
    for email in ["alice@example.com", "nobody@example.com"] {
        for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32] {
            world.advance(seconds);
            assert_eq!(refusal(&world, email).await, WRONG, "{email} after {seconds} seconds");
        }
        assert_eq!(refusal(&world, email).await, LOCKED, "{email}");
    }
}

#[tokio::test]
async fn a_lock_holds_for_the_right_password_too_and_success_ends_it() {
    let world = World::new();
    world.person("alice@example.com").await;
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32] {
        world.advance(seconds);
        refusal(&world, "alice@example.com").await;
    }
    assert_eq!(world.sign_in("alice@example.com", PASSWORD).await.unwrap_err().1, LOCKED);
    world.advance(64);
    world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert_eq!(refusal(&world, "alice@example.com").await, WRONG, "success cleared the count");
    }
}

#[tokio::test]
async fn parallel_guesses_do_not_slip_past_the_limit() {
    let world = World::new();
    world.person("alice@example.com").await;
    let guesses = (0..20).map(|_| refusal(&world, "alice@example.com"));
    let answers = futures::future::join_all(guesses).await;
    let checked = answers.iter().filter(|words| *words == WRONG).count();
    assert!((5..=7).contains(&checked), "{checked} guesses were checked");
}

#[tokio::test]
async fn five_wrong_codes_end_the_guessing_for_an_hour() {
    let world = World::new();
    world.sign_up("alice@example.com").await.unwrap();
    let right = world.code();
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for email in ["alice@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(world.confirm(email, wrong).await.unwrap_err().0, "CodeMismatchException", "{email}");
        }
        assert_eq!(world.confirm(email, wrong).await.unwrap_err().0, "LimitExceededException", "{email}");
    }
    assert_eq!(world.confirm("alice@example.com", &right).await.unwrap_err().0, "LimitExceededException");
    world.advance(3_600);
    world.confirm("alice@example.com", &right).await.unwrap();
}

#[tokio::test]
async fn mailboxes_cannot_be_flooded() {
    let world = World::new();
    world.person("alice@example.com").await;
    let before = world.mails().len();
    let body = |email: &str| json!({ "ClientId": CLIENT, "Username": email });
    for email in ["alice@example.com", "nobody@example.com"] {
        for _ in 0..20 {
            world.call("ForgotPassword", body(email)).await.unwrap();
        }
        let refusal = world.call("ForgotPassword", body(email)).await.unwrap_err();
        assert_eq!(refusal.0, "LimitExceededException", "{email}");
    }
    assert_eq!(world.mails().len() - before, 20);
}

#[tokio::test]
async fn a_change_of_password_cannot_be_guessed_at() {
    let world = World::new();
    world.person("alice@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    let body = json!({
        "AccessToken": access, "PreviousPassword": "Wrong-horse-1", "ProposedPassword": "Another-horse-1",
    });
    for _ in 0..5 {
        assert_eq!(world.call("ChangePassword", body.clone()).await.unwrap_err().1, WRONG);
    }
    assert_eq!(world.call("ChangePassword", body).await.unwrap_err().0, "LimitExceededException");
}
