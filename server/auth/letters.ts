/**
 * The letters that accounts send, as plain text. They hold no word that a stranger could choose, so that
 * nobody can have us carry their advertisement. The secret of a link stands behind `#`: browsers send it
 * to no server, and it is in no log.
 */

export interface Letter {
  subject: string;
  text: string;
}

export function resetLetter(link: string, minutes: number): Letter {
  return {
    subject: 'Choose a new password',
    text: lines(
      'Somebody asked for a new password for your account. If it was you, choose one here:',
      link,
      `The link works once, within ${minutes} minutes. If it was not you, do nothing: your password stays as it is.`,
    ),
  };
}

export function magicLinkLetter(link: string, minutes: number): Letter {
  return {
    subject: 'Your link to sign in',
    text: lines(
      'Sign in with this link:',
      link,
      `It works once, within ${minutes} minutes. Give it to nobody. If you did not ask for it, do nothing.`,
    ),
  };
}

export function signUpLetter(link: string, minutes: number): Letter {
  return {
    subject: 'Confirm your address',
    text: lines(
      'Somebody asked for an account with this address. If it was you, confirm it here:',
      link,
      `The link works once, within ${minutes} minutes. If it was not you, do nothing: no account is made.`,
    ),
  };
}

export function knownAlreadyLetter(link: string): Letter {
  return {
    subject: 'You have an account already',
    text: lines(
      'Somebody asked for an account with this address, but it has one. If it was you, sign in here, or choose a new password:',
      link,
      'If it was not you, do nothing.',
    ),
  };
}

/** Of something that changes who can sign in: the person hears of it, even when a thief did it. */
export function noticeLetter(what: string): Letter {
  return {
    subject: 'Your account was changed',
    text: lines(`${what} If it was not you, tell an administrator at once.`),
  };
}

function lines(...paragraphs: string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
