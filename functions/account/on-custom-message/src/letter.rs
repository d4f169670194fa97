//! The mails in words.

use aws_lambda_events::event::cognito::CognitoEventUserPoolsCustomMessageTriggerSource as Source;
use domain::account::Locale;

/// A language that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, also for everybody whose language we do not write.
    English,
    /// Vietnamese.
    Vietnamese,
}

impl Language {
    /// The language for a person.
    pub(crate) fn of(locale: Option<&Locale>) -> Self {
        match locale.map(Locale::language) {
            Some("vi") => Language::Vietnamese,
            _ => Language::English,
        }
    }
}

/// A mail with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: &'static str,
    intro: &'static str,
    outro: &'static str,
    code: String,
    username: Option<String>,
}

/// Subject, what stands before the code, what stands after it.
type Words = (&'static str, &'static str, &'static str);

impl Letter {
    /// The mail for an occasion. Code and user name are placeholders that Cognito fills in.
    pub(crate) fn new(
        source: Option<&Source>,
        language: Language,
        code: &str,
        username: Option<&str>,
    ) -> Self {
        let invitation = matches!(source, Some(Source::AdminCreateUser));
        let (subject, intro, outro) = match language {
            Language::English => english(source),
            Language::Vietnamese => vietnamese(source),
        };
        let username = username.filter(|_| invitation).map(str::to_owned);
        Letter { subject, intro, outro, code: code.to_owned(), username }
    }

    /// The mail.
    pub(crate) fn html(&self) -> String {
        let Letter { intro, outro, code, .. } = self;
        let username = self.username.as_ref().map(|name| format!("<p><b>{name}</b></p>")).unwrap_or_default();
        format!(
            "<div style=\"font-family:sans-serif;max-width:32em\"><h2>SmartChat</h2><p>{intro}</p>{username}\
             <p style=\"font-size:1.8em;letter-spacing:.2em\"><b>{code}</b></p><p>{outro}</p></div>"
        )
    }

    /// The same in one line, for a text message.
    pub(crate) fn line(&self) -> String {
        let username = self.username.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        format!("SmartChat:{username} {}", self.code)
    }
}

fn english(source: Option<&Source>) -> Words {
    const IGNORE: &str = "If that was not you, ignore this mail. We never ask for this code.";
    match source {
        Some(Source::ForgotPassword) => {
            ("Your SmartChat password", "With this code you choose a new password:", IGNORE)
        }
        Some(Source::AdminCreateUser) => (
            "Welcome to SmartChat",
            "An account was made for you. Sign in with this name and this password, and then choose your own:",
            "They are good for seven days.",
        ),
        Some(Source::UpdateUserAttribute | Source::VerifyUserAttribute) => {
            ("Your new address for SmartChat", "With this code you prove that this address is yours:", IGNORE)
        }
        Some(Source::Authentication) => {
            ("Your SmartChat sign-in code", "With this code you sign in:", IGNORE)
        }
        _ => {
            ("Your SmartChat confirmation code", "Welcome! With this code you confirm your account:", IGNORE)
        }
    }
}

fn vietnamese(source: Option<&Source>) -> Words {
    const IGNORE: &str =
        "Nếu không phải bạn yêu cầu, hãy bỏ qua thư này. Chúng tôi không bao giờ hỏi mã này của bạn.";
    match source {
        Some(Source::ForgotPassword) => {
            ("Mật khẩu SmartChat của bạn", "Dùng mã này để đặt mật khẩu mới:", IGNORE)
        }
        Some(Source::AdminCreateUser) => (
            "Chào mừng bạn đến với SmartChat",
            "Một tài khoản đã được tạo cho bạn. Hãy đăng nhập bằng tên và mật khẩu này rồi chọn mật khẩu riêng:",
            "Thông tin này có hiệu lực trong bảy ngày.",
        ),
        Some(Source::UpdateUserAttribute | Source::VerifyUserAttribute) => {
            ("Địa chỉ mới của bạn trên SmartChat", "Dùng mã này để xác nhận địa chỉ này là của bạn:", IGNORE)
        }
        Some(Source::Authentication) => {
            ("Mã đăng nhập SmartChat của bạn", "Dùng mã này để đăng nhập:", IGNORE)
        }
        _ => {
            ("Mã xác nhận SmartChat của bạn", "Xin chào! Dùng mã này để xác nhận tài khoản của bạn:", IGNORE)
        }
    }
}
