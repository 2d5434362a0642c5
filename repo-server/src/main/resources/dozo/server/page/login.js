import {forget, logIn, takeToken, who} from './api.js';
import {make} from './dom.js';

/** What to say of a log-in that failed. */
const words = (problem, unknown) => problem.status === 401 ? unknown : problem.message;

function byPassword(enter, again) {
  const name = make('input', {name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true});
  const password = make('input', {name: 'password', type: 'password', autocomplete: 'current-password', required: true});
  const code = make('input', {name: 'code', autocomplete: 'one-time-code', inputmode: 'numeric', pattern: '[0-9]{6}', maxlength: 6});
  const codeLabel = make('label', {hidden: true}, 'One-time code', code);
  const form = make('form', {
    submit: async event => {
      event.preventDefault();
      try {
        if (await logIn(name.value, password.value, code.value)) {
          enter(await who());
        } else {
          codeLabel.hidden = false;
          code.required = true;
          code.focus();
        }
      } catch (problem) {
        forget();
        again(words(problem, 'The name, the password or the code is wrong.'));
      }
    }},
    make('label', {}, 'Name', name),
    make('label', {}, 'Password', password),
    codeLabel,
    make('p', {}, make('button', {class: 'main'}, 'Log in')));
  return {form, name};
}

function byToken(enter, again) {
  const token = make('input', {type: 'password', name: 'token', autocomplete: 'off', spellcheck: 'false', required: true});
  return make('details', {},
    make('summary', {}, 'Log in by a token'),
    make('form', {
      submit: async event => {
        event.preventDefault();
        takeToken(token.value.trim());
        try {
          enter(await who());
        } catch (problem) {
          forget();
          again(words(problem, 'This token is not known here, or has expired.'));
        }
      }},
      make('label', {}, 'Token', token),
      make('p', {class: 'quiet'}, 'Made by: dozo token create --role admin NAME. It is kept until this tab is closed.'),
      make('p', {}, make('button', {}, 'Log in by token'))));
}

/** Asks who it is. */
export function login(main, why, enter) {
  document.title = 'Log in – Dozo';
  const again = reason => login(main, reason, enter);
  const {form, name} = byPassword(enter, again);
  main.replaceChildren(
    make('h1', {}, 'Log in'),
    why ? make('p', {class: 'notice bad', role: 'alert'}, why) : '',
    form,
    make('p', {class: 'quiet'}, 'Users are added by: dozo user add --role admin NAME.'),
    byToken(enter, again));
  name.focus();
}
