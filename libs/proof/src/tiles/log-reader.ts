/** Files of a log, as C2SP tlog-tiles lays them out. */
export interface LogReader {
  /**
   * The whole content of a file, or undefined when it is not there.
   * @param bytesMax a longer file MUST be refused unread. @throws Refusal `too-large`
   */
  read(path: string, bytesMax: number): Uint8Array | undefined;
}
