//! The closed list of errors is documented, whole.

use domain::ErrorKind;
use tests::house::text;

#[test]
fn every_error_type_is_documented_and_no_other() {
    let page = text("docs/errors.md");
    let rows =
        page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| line.split('`').next());
    let documented: Vec<_> = rows.collect();
    let kinds: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(documented, kinds);
}
