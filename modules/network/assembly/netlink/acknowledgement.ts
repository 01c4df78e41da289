/** The kernel's answer to a message that changes something: `nlmsgerr` (linux/netlink.h), and the sentence that may come with it. */
import { AttributeReader, MessageReader } from './message-reader';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSGERR_ATTR_MSG } from './numbers';

/** `error`, then the header of the message that is answered. */
const fixedBytes = 20;

/** More of the kernel's sentence than anyone reads. */
const maximumSentence = 256;

@final
export class Acknowledgement {
  constructor(
    /** 0, or an errno. */
    public readonly errno: i32,
    /** What the kernel says about it, or the empty string. */
    public readonly sentence: string,
  ) {}
}

const success: Acknowledgement = new Acknowledgement(0, '');

/** Reads an NLMSG_ERROR; null if it is too short. */
export function readAcknowledgement(message: MessageReader): Acknowledgement | null {
  if (!message.has(fixedBytes)) return null;
  const code = <i32>message.u32(0);
  const errno = code == i32.MIN_VALUE ? 0 : code < 0 ? -code : 0;
  if (errno == 0) return success;
  if ((message.flags & NLM_F_ACK_TLVS) == 0) return new Acknowledgement(errno, '');
  // Unless capped, the whole message that is answered stands between the header and the attributes.
  const echoed = (message.flags & NLM_F_CAPPED) != 0 ? 16 : <i64>message.u32(4);
  const skipped = 4 + ((max<i64>(echoed, 16) + 3) & ~3);
  if (skipped > <i64>(message.end - message.start)) return new Acknowledgement(errno, '');
  return new Acknowledgement(errno, sentence(message.attributes(<i32>skipped)));
}

function sentence(attributes: AttributeReader): string {
  while (attributes.next())
    if (attributes.type == NLMSGERR_ATTR_MSG) return attributes.text().substring(0, maximumSentence);
  return '';
}
