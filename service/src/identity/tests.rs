//! Tests of the login limits below the transports: parallel guesses, time, and a full queue.

use super::{
    Login, Tokens, activate_account,
    attempt::{FAILURES_FROM_ELSEWHERE, FAILURES_OF_ACCOUNT, FAILURES_OF_BLOCK},
    change_password, login,
};
use crate::{
    db::Db,
    env::{Clock, Env},
    error::{Error, Result},
    identity::{ActivateAccount, ChangePassword, hash_now},
    testing::{self, TestDb, city},
    tick,
};
use entity::{account, login_attempt};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};

const PASSWORD: &str = "kata sandi yang panjang";

/// Two servers with one database. The password of every account in it is [`PASSWORD`].
struct Servers {
    env: Env,
    other: Env,
    _db: TestDb,
}

async fn servers(db: TestDb) -> Servers {
    let connect = async || {
        let connected = Db::connect(&db.options).await.expect("a connection");
        Env::new(
            connected,
            Clock::fixed("2026-03-02T02:00:00Z".parse().expect("an instant")),
            db.folder.path(),
        )
    };
    let env = connect().await;
    city::found(&env).await.expect("a city");
    let hash = hash_now(PASSWORD).expect("a hash");
    env.write(&super::attempt::system(), move |tx| async move {
        account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, sea_orm::sea_query::Expr::value(hash))
            .exec(tx.connection())
            .await?;
        Ok(())
    })
    .await
    .expect("passwords");
    // SQLite belongs to one process, but two environments may share its connection.
    let other = match env.db().backend() {
        crate::db::Backend::Sqlite => env.clone(),
        crate::db::Backend::Postgres => connect().await,
    };
    Servers { env, other, _db: db }
}

/// Runs a test on both databases.
macro_rules! both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                ($body)(servers(TestDb::sqlite().await.expect("a database")).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(db) = TestDb::postgres().await.expect("a database") else { return };
                ($body)(servers(db).await).await;
            }
        }
    };
}

async fn log_in(
    env: &Env,
    user: &str,
    password: &str,
    device: Option<&str>,
    address: &str,
) -> Result<Tokens> {
    let input = Login {
        user: user.to_owned(),
        password: password.to_owned(),
        code: None,
        device_token: device.map(str::to_owned),
        address: address.to_owned(),
        client: None,
    };
    login(env, input).await
}

const WRONG: &str = "salah salah salah";

/// Tries a wrong password. Returns whether it was verified, or the seconds to wait.
async fn guess(env: &Env, user: &str, device: Option<&str>, address: &str) -> std::result::Result<(), i64> {
    match log_in(env, user, WRONG, device, address).await {
        Err(Error::Refused(_)) => Ok(()),
        Err(Error::RateLimited { seconds }) => Err(seconds),
        Err(Error::Overloaded) => Err(0),
        other => panic!("{other:?}"),
    }
}

async fn counted(env: &Env) -> u64 {
    login_attempt::Entity::find().count(env.db.reader()).await.expect("a count")
}

both!(six_hundred_parallel_guesses_give_five_verifications, |servers: Servers| async move {
    let Servers { env, other, .. } = &servers;
    let guesses = (0..600).map(|number| {
        let env = if number % 2 == 0 { env } else { other }.clone();
        // The addresses of one block, and a user name typed in different ways.
        let (user, address) = (if number % 3 == 0 { " Employee" } else { "employee" }, number % 250);
        tokio::spawn(async move { guess(&env, user, None, &format!("203.0.113.{address}")).await })
    });
    let outcomes: Vec<_> = join_all(guesses).await.into_iter().map(|it| it.expect("no panic")).collect();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64, FAILURES_OF_ACCOUNT);
    assert_eq!(counted(env).await, FAILURES_OF_ACCOUNT, "a refused guess writes nothing");
    let refused = guess(other, "employee", None, "203.0.113.9").await.expect_err("a limit");
    assert!((800..=900).contains(&refused), "{refused} s");
    // The right password is refused too, but not from another block.
    assert!(log_in(env, "employee", PASSWORD, None, "203.0.113.9").await.is_err());
    log_in(env, "employee", PASSWORD, None, "203.0.114.9").await.expect("another block");
});

both!(
    a_success_takes_its_count_back_and_failures_end_after_a_quarter_of_an_hour,
    |servers: Servers| async move {
        let Servers { env, .. } = &servers;
        for _ in 0..FAILURES_OF_BLOCK + 2 {
            log_in(env, "employee", PASSWORD, None, "203.0.113.1").await.expect("a login");
        }
        assert_eq!(counted(env).await, 0);
        for _ in 0..FAILURES_OF_ACCOUNT {
            guess(env, "employee", None, "203.0.113.1").await.expect("verified");
        }
        guess(env, "employee", None, "203.0.113.1").await.expect_err("a limit");
        testing::sql(env, "UPDATE login_attempt SET at = at - 890000000").await.expect("older attempts");
        let seconds = guess(env, "employee", None, "203.0.113.1").await.expect_err("a limit");
        assert!((1..=10).contains(&seconds), "{seconds} s");
        testing::sql(env, "UPDATE login_attempt SET at = at - 10000000").await.expect("older attempts");
        guess(env, "employee", None, "203.0.113.1").await.expect("the first failures no longer count");
        tick::tick(env).await.expect("a tick");
        assert_eq!(counted(env).await, 1, "the tick removes what no longer counts");
    }
);

both!(no_one_can_lock_out_a_rival, |servers: Servers| async move {
    let Servers { env, other, .. } = &servers;
    let (home, office) = ("198.51.100.1", "203.0.113.1");
    let device = log_in(env, "employee", PASSWORD, None, home).await.expect("a login").device_token;
    let device = device.as_deref();
    let rivals = log_in(env, "peer", PASSWORD, None, office).await.expect("a login").device_token;
    // The rival uses up the failures that are allowed without a known device: from the same block, and from all other
    // blocks together.
    for _ in 0..FAILURES_OF_ACCOUNT {
        guess(env, "employee", None, home).await.expect("verified");
    }
    for number in 0..FAILURES_FROM_ELSEWHERE {
        guess(other, "employee", None, &format!("192.0.{number}.1")).await.expect("verified");
    }
    guess(env, "employee", None, "192.0.99.1").await.expect_err("a limit over all unfamiliar blocks");
    guess(env, "employee", None, home).await.expect_err("a limit of the block");
    // A device token is valid only for its own account.
    guess(env, "employee", rivals.as_deref(), office).await.expect_err("not this account's device");
    // The owner's device can still log in from anywhere, and a new device from a familiar block.
    for address in [home, office, "2001:db8::1"] {
        let again = log_in(env, "employee", PASSWORD, device, address).await.expect("a known device");
        assert_eq!(again.device_token.as_deref(), device, "the token stays the same");
    }
    log_in(env, "employee", PASSWORD, None, office).await.expect("a familiar block");
    // The device has five failures of its own, which no one else shares.
    for _ in 0..FAILURES_OF_ACCOUNT {
        guess(env, "employee", device, home).await.expect("verified");
    }
    guess(other, "employee", device, "2001:db8::1").await.expect_err("a limit of the device");
    log_in(env, "employee", PASSWORD, None, office).await.expect("the block has its own failures");
});

both!(a_block_has_twenty_failures_a_minute_over_all_accounts, |servers: Servers| async move {
    let Servers { env, other, .. } = &servers;
    for number in 0..FAILURES_OF_BLOCK {
        let address = format!("2001:db8:0:{:x}::1", number % 256);
        guess(env, &format!("nobody{number}"), None, &address).await.expect("verified");
    }
    let seconds = guess(other, "peer", None, "2001:db8:0:ff::2").await.expect_err("the same /56");
    assert!((1..=60).contains(&seconds), "{seconds} s");
    guess(env, "peer", None, "2001:db8:0:100::2").await.expect("another /56");
    // Codes and known devices are counted separately.
    let code = |password: &str| ActivateAccount {
        code: "AAAA-BBBB-CCCC-DDDD".to_owned(),
        password: password.to_owned(),
        address: "2001:db8::7".to_owned(),
    };
    for _ in 0..FAILURES_OF_BLOCK {
        let refused = activate_account(env, code(PASSWORD)).await.expect_err("no such code");
        assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
    }
    let refused = activate_account(other, code(PASSWORD)).await.expect_err("a limit");
    assert!(matches!(refused, Error::RateLimited { seconds: 1..=60 }), "{refused:?}");
});

both!(a_full_queue_is_overloaded_before_any_work, |servers: Servers| async move {
    let Servers { env, .. } = &servers;
    let token = city::session_of(env, city::Person::Employee).await.expect("a session");
    let actor = crate::identity::authenticate(env, &token).await.expect("a session").actor;
    let held = |purpose| std::iter::from_fn(move || env.hashing.place(purpose).ok()).collect::<Vec<_>>();
    let logins = held(crate::capacity::Purpose::Login);
    let before = env.db.statements();
    let change = || ChangePassword {
        current_password: PASSWORD.to_owned(),
        new_password: "kata sandi yang baru sekali".to_owned(),
        session: None,
        address: "203.0.113.1".to_owned(),
    };
    assert!(matches!(log_in(env, "employee", PASSWORD, None, "203.0.113.1").await, Err(Error::Overloaded)));
    assert!(matches!(change_password(env, &actor, change()).await, Err(Error::Overloaded)));
    // Activations have their own places in the queue.
    let activate = || ActivateAccount {
        code: "AAAA-BBBB-CCCC-DDDD".to_owned(),
        password: PASSWORD.to_owned(),
        address: "203.0.113.1".to_owned(),
    };
    assert_eq!(env.db.statements(), before, "no statement was executed");
    assert!(matches!(activate_account(env, activate()).await, Err(Error::Refused(_))));
    let activations = held(crate::capacity::Purpose::Activation);
    let before = env.db.statements();
    assert!(matches!(activate_account(env, activate()).await, Err(Error::Overloaded)));
    assert_eq!(env.db.statements(), before, "no statement was executed");
    drop((logins, activations));
    change_password(env, &actor, change()).await.expect("places are free again");
});
