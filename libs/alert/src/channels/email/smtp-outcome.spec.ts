import { expect, it } from '@jest/globals';
import { acceptedSent, failedSent, type SmtpError } from './smtp-outcome.ts';

const error = (changes: Partial<SmtpError>): SmtpError => ({ message: 'x', ...changes });
const refusal = (recipient: string, responseCode: number) =>
  error({ recipient, responseCode, permanent: responseCode >= 500, message: `said ${responseCode}` });

it.each<[string, SmtpError, Partial<ReturnType<typeof failedSent>>]>([
  ['a server that is busy', error({ responseCode: 421, permanent: false, command: 'CONN' }), { result: 'later', status: 421 }],
  ['a mail that is refused', error({ responseCode: 554, permanent: true, command: 'DATA' }), { result: 'refused', dead: false }],
  ['a sender that is refused', error({ responseCode: 550, permanent: true, command: 'MAIL FROM' }), { result: 'refused', dead: true }],
  [
    'a password that is wrong',
    error({ responseCode: 535, permanent: true, command: 'AUTH PLAIN', code: 'EAUTH' }),
    { result: 'refused', dead: true },
  ],
  ['an address that is none', error({ code: 'EENVELOPE', command: 'API' }), { result: 'refused', status: null, dead: true }],
  ['a mail that is too large', error({ code: 'EMESSAGE', command: 'MAIL FROM' }), { result: 'refused', dead: false, tooLarge: true }],
  [
    'a mail that its server finds too large',
    error({ responseCode: 552, permanent: true, command: 'DATA' }),
    { result: 'refused', dead: false, tooLarge: true },
  ],
  ['no server', error({ code: 'EDNS' }), { result: 'later', status: null, ambiguous: false }],
])('%s', (_name, given, sent) => {
  expect(failedSent(given, false)).toMatchObject(sent);
});

it('an answer that is missing after the whole mail was written may have been a yes', () => {
  expect(failedSent(error({ code: 'ECONNECTION' }), true)).toMatchObject({ result: 'later', ambiguous: true });
  expect(failedSent(error({ responseCode: 451, permanent: false }), true)).toMatchObject({ result: 'later', ambiguous: false });
});

it('recipients who must wait make the mail wait, those who are refused are told of', () => {
  expect(acceptedSent('250 queued', '<m@h>', [refusal('a@x', 450), refusal('b@x', 550)])).toMatchObject({
    ...{ result: 'later', status: 450, reason: 'some recipients must wait: a@x: said 450; b@x: said 550' },
  });
  expect(acceptedSent('250 queued', '<m@h>', [refusal('b@x', 550)])).toEqual({
    ...{ result: 'delivered', status: 250, answer: '250 queued; not taken for b@x: said 550', ref: '<m@h>' },
  });
});
