/** `eft:host/log`: lines leave the cell as they are written, so that the log of a failed event is there. */
import type { Field, LogInterface } from './generated/host-log.ts';
import type { LocalInterface } from './local-context.ts';

/** UTF-16 code units of a message, of a field's name and of a field's value. */
export const messageLimit = 4_096;
export const fieldsLimit = 32;
/** Marks what was cut. */
const cutMark = '…';

export const log: LocalInterface = (context) => {
  const functions: LogInterface = {
    write: (level, message, fields) => {
      context().writeLog({
        level,
        message: cut(message),
        fields: fields.slice(0, fieldsLimit).map(cutField),
      });
    },
  };
  return { ...functions };
};

function cut(text: string): string {
  return text.length <= messageLimit ? text : `${text.slice(0, messageLimit).toWellFormed()}${cutMark}`;
}

function cutField({ name, value }: Field): Field {
  return { name: cut(name), value: cut(value) };
}
