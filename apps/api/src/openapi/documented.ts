import type * as Swagger from '@nestjs/swagger';

/** What applies a decorator once there is a document to be made. */
type Documenting = (swagger: typeof Swagger) => void;
type AnyDecorator = MethodDecorator & ClassDecorator & PropertyDecorator;
type DecoratorName =
  | 'ApiBody'
  | 'ApiConsumes'
  | 'ApiDefaultResponse'
  | 'ApiHeader'
  | 'ApiOperation'
  | 'ApiParam'
  | 'ApiProduces'
  | 'ApiPropertyOptional'
  | 'ApiQuery'
  | 'ApiResponse'
  | 'ApiTags';

const waiting: Documenting[] = [];

/**
 * The decorators of @nestjs/swagger, which wait until somebody asks for the document: the package brings 500 modules,
 * and a server that starts needs none of them.
 */
const later =
  <Name extends DecoratorName>(name: Name) =>
  (...options: Parameters<(typeof Swagger)[Name]>): AnyDecorator =>
  (...place: readonly unknown[]): void => {
    waiting.push((swagger) => {
      const decoratorOf = swagger[name] as (...args: unknown[]) => (...at: readonly unknown[]) => void;
      decoratorOf(...options)(...place);
    });
  };

/** Applies what waits, in the order of the source, and gives the package that makes the document. */
export async function documentMaker(): Promise<typeof Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const document of waiting.splice(0)) document(swagger);
  return swagger;
}

export const ApiBody = later('ApiBody');
export const ApiConsumes = later('ApiConsumes');
export const ApiDefaultResponse = later('ApiDefaultResponse');
export const ApiHeader = later('ApiHeader');
export const ApiOperation = later('ApiOperation');
export const ApiParam = later('ApiParam');
export const ApiProduces = later('ApiProduces');
export const ApiPropertyOptional = later('ApiPropertyOptional');
export const ApiQuery = later('ApiQuery');
export const ApiResponse = later('ApiResponse');
export const ApiTags = later('ApiTags');
