import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { ApiPropertyOptional } from '../openapi/documented.js';

const TEXT_LENGTH_MAX = 500;
const LIST_ITEMS_MAX = 200;

/** An optional query parameter that holds text. */
export const TextField = (description: string, example?: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, description, ...(example === undefined ? {} : { example }) }),
    IsOptional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(TEXT_LENGTH_MAX),
  );

/** An optional query parameter with a few possible values. */
export const ChoiceField = (description: string, choices: readonly string[]): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, enum: [...choices], description }),
    IsOptional(),
    IsIn([...choices]),
  );

/** An optional query parameter that holds a whole number within bounds. */
export const IntegerField = (
  description: string,
  bounds: { readonly min: number; readonly max: number; readonly default?: number },
): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: bounds.min,
      maximum: bounds.max,
      ...(bounds.default === undefined ? {} : { default: bounds.default }),
      description,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(bounds.min),
    Max(bounds.max),
  );

/** An optional query parameter that is `true` or `false`. */
export const FlagField = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: Boolean, default: false, description }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    IsBoolean(),
  );

/** An optional query parameter that holds a position: a decimal text, since positions exceed what a double holds. */
export const PositionField = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, pattern: POSITION.source, description, example: '1024' }),
    IsOptional(),
    Matches(POSITION),
  );

const POSITION = /^(0|[1-9]\d{0,18})$/;

/** An optional query parameter that holds values separated by commas. */
export const ListField = (description: string, example?: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      description: `${description} Several are separated by commas.`,
      ...(example === undefined ? {} : { example }),
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
    ArrayMaxSize(LIST_ITEMS_MAX),
    IsString({ each: true }),
    IsNotEmpty({ each: true }),
    MaxLength(TEXT_LENGTH_MAX, { each: true }),
  );
