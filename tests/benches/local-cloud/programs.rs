//! The programs that are measured.

use std::path::{Path, PathBuf};
use std::process::Command;

use tests::house::{root, text};

/// Where the programs are.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Those that were built before, beside this program.
    pub(crate) fn built() -> Programs {
        let this = std::env::current_exe().expect("the path of this program");
        // target/release/deps/local_cloud-… → target/release
        Programs { folder: this.ancestors().nth(2).expect("the folder of programs").to_owned() }
    }

    /// Builds them as this program was built. The functions are built apart from all else, as for a deployment.
    pub(crate) fn build() -> Programs {
        let Programs { folder } = Programs::built();
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            Some("debug") => "dev",
            _ => "release",
        };
        let selections: [&[&str]; 3] = [
            &["--package", "tests", "--package", "local", "--bin", "local"],
            &["--package", "send-message", "--bin", "send-message"],
            &["--package", "lambda", "--example", "echo"],
        ];
        for selection in selections {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .current_dir(root())
                .args(["build", "--quiet", "--locked", "--profile", profile])
                .args(selection);
            assert!(cargo.status().expect("cargo starts").success(), "{selection:?} does not build");
        }
        Programs { folder }
    }

    /// One of them, such as `local` or `examples/echo`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Where Node is. A process without an environment does not find it by its name.
pub(crate) fn node() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("node")).find(|node| node.is_file());
    found.expect("node is on the PATH")
}

/// The resident memory of a process in MB, as Linux tells it.
pub(crate) fn memory(process: u32) -> f64 {
    let status = text(Path::new("/proc").join(process.to_string()).join("status"));
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.expect("the resident memory") / 1024.0
}

/// The processor time that a process has used, in milliseconds, as Linux counts it: to the nanosecond, by its threads.
pub(crate) fn processor(process: u32) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("the threads of a process");
    let nanoseconds = threads.flatten().filter_map(|thread| {
        let schedule = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        schedule.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1e6
}
