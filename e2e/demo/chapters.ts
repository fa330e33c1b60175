export const chapters = [
  {
    key: 'visit',
    title: 'Somebody looks around',
    text: 'A home page and a book. There is nothing to remember yet, so no session begins: no cookie is sent and nothing is stored, on any storage.',
  },
  {
    key: 'cart',
    title: 'A book goes into the cart',
    text: 'Now there is something to remember. The POST writes the cart and a message (a flash), and a cookie is sent for the first time. The page after the redirect reads the flash, and with that it is gone.',
  },
  {
    key: 'wrong',
    title: 'A wrong password',
    text: 'The form redirects back to itself. The error and the e-mail address travel to the next page as flashes: read once, then gone. The password travels nowhere.',
  },
  {
    key: 'login',
    title: 'The right password',
    text: 'The login calls regenerateId(): the session gets a new id. Whoever planted the old id in this browser, or read it, has nothing (session fixation). The session learns the id of a row in the table of logins, not who the user is. The cart moves out of the session into the account.',
  },
  {
    key: 'planted',
    title: 'Elsewhere: the cookie from before the login',
    text: 'Another browser presents the cookie that was valid a moment ago, before the login.',
  },
  {
    key: 'order',
    title: 'An order',
    text: 'The order is written and the cart of the account emptied, in one transaction. The session hears of neither.',
  },
  {
    key: 'logout',
    title: 'The logout',
    text: 'The handler deletes the row of the login and calls destroy(). The browser is told to drop the cookie.',
  },
  {
    key: 'stolen',
    title: 'Elsewhere: the cookie from before the logout',
    text: 'Somebody had copied the cookie while it was worth something, and presents it now. Nobody is logged in with it, on any storage. With the encrypted cookie it is the table of logins alone that says so: the cookie itself can still be opened.',
  },
  {
    key: 'restart',
    title: 'The server restarts',
    text: 'A visitor logs in and fills a cart, the process ends and another one starts. What is in the process is lost; what is on a disk, in Redis or with the browser is not. The cart is in the database, on every storage.',
  },
  {
    key: 'pending',
    title: 'Two factors: the password is right',
    text: 'Another customer has an authenticator app. After the password the session has a new id and knows the id of a login that is pending, a row of the database. Nobody is logged in: the account sends this browser to the login.',
  },
  {
    key: 'code',
    title: 'Two factors: the code is right',
    text: 'The pending login is used up, and the session gets the id of a login and once more a new id of its own. A copy of the cookie from between password and code is worth nothing.',
  },
  {
    key: 'confirm',
    title: 'Later: it is asked again who it is',
    text: 'What concerns the account needs a proof of the last fifteen minutes: here the logins were made older. Password and recovery code are right, and another row takes the place of that of the login, another id that of the session.',
  },
] as const

export type ChapterKey = (typeof chapters)[number]['key']
