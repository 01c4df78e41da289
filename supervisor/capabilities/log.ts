/** `eft:host/log`: lines leave the cell as they are written, so that the log of a failed event is there. */
import { cutText } from './cut-text.ts';
import type { Field, LogInterface } from './generated/host-log.ts';
import type { LocalInterface } from './local-context.ts';

export const fieldsLimit = 32;
/** UTF-16 code units of a field's name and of its value: a line is read by a person. */
export const fieldNameLimit = 128;
export const fieldValueLimit = 1_024;

export const log: LocalInterface = (context) => {
  const functions: LogInterface = {
    write: (level, message, fields) => {
      context().writeLog({
        level,
        message: cutText(message),
        fields: fields.slice(0, fieldsLimit).map(cutField),
      });
    },
  };
  return { ...functions };
};

function cutField({ name, value }: Field): Field {
  return { name: cutText(name, fieldNameLimit), value: cutText(value, fieldValueLimit) };
}
