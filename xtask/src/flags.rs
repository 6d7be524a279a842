//! Command line flags of a chore: `--name value` and bare `--name`, nothing more.

use std::str::FromStr;

use anyhow::{Context, Result, bail};

/// The arguments after the chore's name. Take what you know, then call [`Flags::finish`].
pub struct Flags {
    rest: Vec<String>,
}

impl Flags {
    /// Flags from the words of a command line.
    pub fn new(arguments: impl Iterator<Item = String>) -> Self {
        Self { rest: arguments.collect() }
    }

    /// Whether the bare flag `name` is there.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() < before
    }

    /// The value after `name`, if it is there.
    pub fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(at) = self.rest.iter().position(|argument| argument == name) else { return Ok(None) };
        if at + 1 >= self.rest.len() {
            bail!("{name} needs a value");
        }
        let text = self.rest.remove(at + 1);
        self.rest.remove(at);
        text.parse().ok().with_context(|| format!("`{text}` is not a value for {name}")).map(Some)
    }

    /// Every value given with `name`, which may be repeated.
    pub fn values(&mut self, name: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        while let Some(value) = self.value(name)? {
            values.push(value);
        }
        Ok(values)
    }

    /// The words after a bare `--`: a command line of its own. Taken first, so that its flags are not mistaken for ours.
    pub fn command(&mut self) -> Vec<String> {
        match self.rest.iter().position(|argument| argument == "--") {
            Some(at) => self.rest.split_off(at).into_iter().skip(1).collect(),
            None => Vec::new(),
        }
    }

    /// Refuses what nobody took.
    pub fn finish(&self) -> Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some(unknown) => bail!("unknown argument `{unknown}`"),
        }
    }

    /// What nobody took, to be passed on.
    pub fn rest(self) -> Vec<String> {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;

    fn flags(line: &str) -> Flags {
        Flags::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_command_keeps_its_own_flags() {
        let mut given = flags("--only s3 -- cargo test --only x");
        assert_eq!(given.command(), ["cargo", "test", "--only", "x"]);
        assert_eq!(given.values("--only").unwrap(), ["s3"]);
        assert!(given.finish().is_ok());
        assert!(given.command().is_empty());
    }

    #[test]
    fn flags_are_taken_once_and_leftovers_refused() {
        let mut given = flags("--ci --only fmt --rounds 7 --only tidy");
        assert!(given.switch("--ci"));
        assert!(!given.switch("--ci"));
        assert_eq!(given.values("--only").unwrap(), ["fmt", "tidy"]);
        assert_eq!(given.value::<u32>("--rounds").unwrap(), Some(7));
        assert!(given.finish().is_ok());
        assert!(flags("--what").finish().is_err());
        assert!(flags("--rounds").value::<u32>("--rounds").is_err());
        assert!(flags("--rounds x").value::<u32>("--rounds").is_err());
    }
}
