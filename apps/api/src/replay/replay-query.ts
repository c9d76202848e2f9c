import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../requests/page-size.js';
import { IntegerField, TextField } from '../requests/query-fields.js';
import { BoundedQuery, TwoBoundsQuery } from '../requests/read-query.js';
import { ActorField, PurposeField } from '../requests/viewings.js';

const KeyField = (): PropertyDecorator => TextField('Only this key.', 'c-1');
const CursorField = (): PropertyDecorator =>
  TextField('The cursor of the page before: its `next`. It keeps to the position of the first page.');
const LimitField = (): PropertyDecorator =>
  IntegerField('Most items of the page.', { min: 1, max: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT });

/** Parameters of the hash of a replay. */
export class ReplayHashParameters extends BoundedQuery {
  @KeyField()
  readonly key?: string;

  @PurposeField()
  readonly purpose?: string;

  @ActorField()
  readonly actor?: string;
}

/** Parameters of a replay. */
export class ReplayParameters extends ReplayHashParameters {
  @CursorField()
  readonly after?: string;

  @LimitField()
  readonly limit?: number;
}

/** Parameters of the difference of two replays. */
export class ReplayDiffParameters extends TwoBoundsQuery {
  @KeyField()
  readonly key?: string;

  @CursorField()
  readonly after?: string;

  @LimitField()
  readonly limit?: number;

  @PurposeField()
  readonly purpose?: string;

  @ActorField()
  readonly actor?: string;
}
