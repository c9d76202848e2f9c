import { ValidationPipe } from '@nestjs/common';
import { RapportError } from '@rapport/kernel';
import type { ValidationError } from 'class-validator';

/** Reads query parameters into their class, and refuses every one that the class does not know. */
export const queryPipe = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: invalidQuery,
  });

const NAME_LENGTH_MAX = 60;

function invalidQuery(errors: readonly ValidationError[]): RapportError {
  const names = errors.map((error) => error.property.slice(0, NAME_LENGTH_MAX)).slice(0, 10);
  const unknown = errors.some((error) => error.constraints?.['whitelistValidation'] !== undefined);
  const reasons = errors.flatMap((error) => Object.values(error.constraints ?? {})).slice(0, 5);
  return new RapportError(
    'INVALID_QUERY',
    unknown
      ? `Query parameters that this address does not take: ${names.join(', ')}. See /docs for those it does.`
      : `Query parameters that cannot be read: ${names.join(', ')} (${reasons.join('; ')}).`,
    { facts: { parameters: names.join(',') } },
  );
}
