/** What a module written against WIT interfaces needs besides its own bindings: `import { Option } from 'eft'`. */
export { Option } from './option';
export { Result, Unit, unit } from './result';
