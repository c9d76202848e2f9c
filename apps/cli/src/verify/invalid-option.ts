/** An option that cannot be used; nothing was done. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
  readonly code = 'INVALID_CONFIGURATION';
}

/** A file or folder that is not there; nothing was done. */
export class MissingFile extends Error {
  override readonly name = 'MissingFile';
  readonly code = 'NOT_FOUND';
}
