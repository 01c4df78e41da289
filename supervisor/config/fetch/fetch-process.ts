/** The entry of the throwaway process that fetches a configuration, as a user who may do nothing else. */
import { answerAsThrowaway, becomeNobody } from '../throwaway-process.ts';
import { type FetchRequest, fetchDocument } from './fetch-document.ts';

process.title = 'eft-fetch';
void answerAsThrowaway((request) => {
  becomeNobody();
  // The other end is the supervisor, which sends what is of this type.
  return fetchDocument(request as FetchRequest);
});
