/** Names the file of the module that `eft module test` has built; without it a test builds its module itself. */
export const moduleFileVariable = 'EFT_TEST_MODULE';
