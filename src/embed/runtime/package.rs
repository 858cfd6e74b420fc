//! The packages that ONNX Runtime is fetched from: pinned versions, pinned checksums.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// The version to fetch and to recommend. Wheels from 1.29 on carry telemetry that is on by default.
pub(super) const VERSION: &str = "1.28.0";

/// The version on npm: `onnxruntime-node` has no 1.28.0, and 1.29 carries the telemetry.
const NPM_VERSION: &str = "1.27.0";

/// The one npm package for all platforms.
const NPM_SHA256: &str = "c3779c01c59832f8c03e2c392ac3af10bf08579f1822e8b1c63cc451edb302a2";

/// Whose packages are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A wheel of `onnxruntime` from PyPI for the given platform tag.
    Pip(&'static str),
    /// The tarball of `onnxruntime-node` from npm.
    Npm,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Pip(_) => "pip",
            Source::Npm => "npm",
        })
    }
}

/// One package and the library in it.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) source: Source,
    pub(super) version: &'static str,
    /// Size of the download in MB.
    pub(super) megabytes: u32,
    /// SHA-256 of the wheel or tarball.
    pub(super) archive_sha256: &'static str,
    /// Path of the library within the archive.
    pub(super) member: &'static str,
    /// SHA-256 of the library.
    pub(super) library_sha256: &'static str,
}

impl Package {
    /// The library's file name.
    pub(super) fn library(&self) -> &'static str {
        self.member.rsplit_once('/').map_or(self.member, |(_, name)| name)
    }

    /// The folder in a cache that the library is kept in.
    pub(super) fn folder_in(&self, cache: &Path) -> PathBuf {
        cache.join("onnxruntime").join(self.version)
    }

    /// The place of the library in a cache.
    pub(super) fn path_in(&self, cache: &Path) -> PathBuf {
        self.folder_in(cache).join(self.library())
    }

    /// Whether a cache holds the library undamaged.
    pub(super) fn is_sound_in(&self, cache: &Path) -> bool {
        verify(&self.path_in(cache), self.library_sha256).is_ok()
    }
}

/// The packages for one kind of machine, the best first.
struct Platform {
    os: &'static str,
    arch: &'static str,
    packages: &'static [Package],
}

/// The kinds of machines that packages exist for. Wheels need glibc 2.27 or macOS 14.
const PLATFORMS: &[Platform] = &[
    Platform {
        os: "linux",
        arch: "x86_64",
        packages: &[
            Package {
                source: Source::Pip("manylinux_2_28_x86_64"),
                version: VERSION,
                megabytes: 19,
                archive_sha256: "0a83bdb70d143cede762b677789bf2a7acca54b3fb82565601d5c30695aa933c",
                member: "onnxruntime/capi/libonnxruntime.so.1.28.0",
                library_sha256: "aa4079d18f4ea7a5f3a94d80cd4bbe0f2740436626622d64d793803a20381083",
            },
            Package {
                source: Source::Npm,
                version: NPM_VERSION,
                megabytes: 101,
                archive_sha256: NPM_SHA256,
                member: "package/bin/napi-v6/linux/x64/libonnxruntime.so.1",
                library_sha256: "d8aff4aa8abee8fb2abb2f2f2459ffc94461e781e41b9f7c072829dd0d470221",
            },
        ],
    },
    Platform {
        os: "linux",
        arch: "aarch64",
        packages: &[
            Package {
                source: Source::Pip("manylinux_2_28_aarch64"),
                version: VERSION,
                megabytes: 17,
                archive_sha256: "4e81a23df16e7acb9d51b06d30cc098e49315ef9180f97bc2221d167b4b04d9c",
                member: "onnxruntime/capi/libonnxruntime.so.1.28.0",
                library_sha256: "23a37c2994bc273e1d59a4f49af6cba5bf1cfbc29f04907ec27df375aba50a7d",
            },
            Package {
                source: Source::Npm,
                version: NPM_VERSION,
                megabytes: 101,
                archive_sha256: NPM_SHA256,
                member: "package/bin/napi-v6/linux/arm64/libonnxruntime.so.1",
                library_sha256: "c36bc200e7e6c093b8abb0b34590fbdd8c52fd3fb5e33795b9523ffdde2fce0f",
            },
        ],
    },
    Platform {
        os: "macos",
        arch: "aarch64",
        packages: &[
            Package {
                source: Source::Pip("macosx_14_0_arm64"),
                version: VERSION,
                megabytes: 19,
                archive_sha256: "26ff0fdd06efb6c155bae95387a09db1a2be89c7a03e4d0bffd5a171cc2826da",
                member: "onnxruntime/capi/libonnxruntime.1.28.0.dylib",
                library_sha256: "cadd9517e089d197e5d381bc31813875eb8addce8712bac501645fea8008800c",
            },
            Package {
                source: Source::Npm,
                version: NPM_VERSION,
                megabytes: 101,
                archive_sha256: NPM_SHA256,
                member: "package/bin/napi-v6/darwin/arm64/libonnxruntime.1.27.0.dylib",
                library_sha256: "89f692a3a1a224e4ad0b796b0e7c0bd81113b0741bfe84211eceef14d05a9e59",
            },
        ],
    },
];

/// The packages for a kind of machine; none if nobody makes any that we pinned.
pub(super) fn packages_for(os: &str, arch: &str) -> &'static [Package] {
    let platform = PLATFORMS.iter().find(|platform| platform.os == os && platform.arch == arch);
    platform.map_or(&[], |platform| platform.packages)
}

/// Checks a file against its SHA-256 on record.
///
/// # Errors
///
/// [`Error::Checksum`] when it differs, [`Error::Io`] when the file cannot be read.
pub(super) fn verify(path: &Path, expected: &str) -> Result<()> {
    let got = File::open(path).and_then(sha256).map_err(Error::io(path))?;
    if got == expected {
        return Ok(());
    }
    let (path, expected, way_out) = (path.to_path_buf(), expected.to_owned(), String::new());
    Err(Error::Checksum { path, expected, got, way_out })
}

/// The SHA-256 of a file, in hexadecimal digits.
fn sha256(file: File) -> io::Result<String> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut hasher = Sha256::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(bytes);
        let length = bytes.len();
        reader.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_tries_pip_then_npm_with_whole_checksums() {
        for platform in PLATFORMS {
            let [pip, npm] = packages_for(platform.os, platform.arch) else { panic!("two packages") };
            assert!(matches!(pip.source, Source::Pip(_)) && pip.version == VERSION);
            assert!(npm.source == Source::Npm && npm.version == NPM_VERSION);
            for sha256 in [pip.archive_sha256, pip.library_sha256, npm.archive_sha256, npm.library_sha256] {
                assert!(sha256.len() == 64 && sha256.bytes().all(|digit| digit.is_ascii_hexdigit()));
            }
        }
        assert!(packages_for("plan9", "x86_64").is_empty());
    }

    #[test]
    fn the_cache_is_sorted_by_version() {
        let packages = packages_for("linux", "x86_64");
        let paths: Vec<_> = packages.iter().map(|package| package.path_in(Path::new("cache"))).collect();
        assert_eq!(paths[0], Path::new("cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0"));
        assert_eq!(paths[1], Path::new("cache/onnxruntime/1.27.0/libonnxruntime.so.1"));
    }

    #[test]
    fn verify_tells_both_checksums() {
        let empty = tempfile::NamedTempFile::new().expect("temporary file");
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(verify(empty.path(), sha256).is_ok());
        let error = verify(empty.path(), "00").expect_err("differs").to_string();
        assert!(error.contains(sha256) && error.contains("expected 00"), "{error}");
    }
}
