//! `paperkin serve`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Error, Result};
use crate::serve::{serve, ServeParams};

use super::{Context, Outcome};

/// Characters of a token at least: what nobody guesses.
const SHORTEST_TOKEN: usize = 16;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 7878)]
    port: u16,
    /// Address to listen on; one that others can reach needs a token
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// File with the token that clients must know [default: that of $PAPERKIN_TOKEN]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Name that the server goes by beside its address; repeatable
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

impl ServeArgs {
    fn token(&self) -> Result<Option<String>> {
        let (token, origin) = match &self.token_file {
            Some(path) => (std::fs::read_to_string(path).map_err(Error::io(path))?, path.as_path()),
            None => match std::env::var("PAPERKIN_TOKEN") {
                Ok(token) => (token, Path::new("$PAPERKIN_TOKEN")),
                Err(_) => return Ok(None),
            },
        };
        let token = token.trim();
        let length = token.chars().count();
        if length < SHORTEST_TOKEN {
            let expected = format!("at least {SHORTEST_TOKEN} in {}", origin.display());
            let value = format!("{length} characters");
            return Err(Error::InvalidParameter { name: "the token's length", value, expected });
        }
        Ok(Some(token.to_owned()))
    }
}

pub(super) fn run(context: &Context, args: &ServeArgs) -> Result<Outcome> {
    let params = ServeParams {
        listen: SocketAddr::new(args.listen, args.port),
        token: args.token()?,
        names: args.host.clone(),
        workers: context.settings.threads,
    };
    params.check()?;
    let engine = context.open()?;
    engine.warm()?;
    serve(&engine, &params, &|address| context.output.say(&format!("serving at http://{address}/")))?;
    Ok(Outcome::Done)
}
