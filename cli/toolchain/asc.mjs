// The AssemblyScript compiler. It comes through this file because its own types declare globals (`console` among
// them) that hide those of Node for the whole project; asc.d.mts declares what is used.
export { createMemoryStream, main } from 'assemblyscript/asc';
