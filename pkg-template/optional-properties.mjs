// Adds `| undefined` to the type of each optional property of a declaration file.
//
// With `exactOptionalPropertyTypes`, `{ region?: string }` does not accept `{ region: process.env.REGION }`. This package treats a
// property that is `undefined` as absent, so its types accept both. The sources need not repeat it.
import ts from "typescript";

/** Types that need parentheses before `| undefined`. */
const needsParentheses = (node) =>
  ts.isFunctionTypeNode(node) ||
  ts.isConstructorTypeNode(node) ||
  ts.isConditionalTypeNode(node) ||
  ts.isInferTypeNode(node);

/** Types to which `undefined` adds nothing. */
const ACCEPTS_UNDEFINED = [ts.SyntaxKind.UndefinedKeyword, ts.SyntaxKind.UnknownKeyword, ts.SyntaxKind.AnyKeyword];

const acceptsUndefined = (node) =>
  ts.isUnionTypeNode(node) ? node.types.some(acceptsUndefined) : ACCEPTS_UNDEFINED.includes(node.kind);

/**
 * @param {string} code A declaration file.
 * @returns {string} The same declarations.
 */
export function acceptUndefined(code) {
  const file = ts.createSourceFile("index.d.ts", code, ts.ScriptTarget.Latest, true);
  const insertions = [];
  const visit = (node) => {
    if (node.questionToken && (ts.isMethodSignature(node) || ts.isMethodDeclaration(node))) {
      throw new Error(`\`${node.getText(file)}\` must be a property whose type is a function`);
    }
    const isProperty = ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isMappedTypeNode(node);
    // The token of a mapped type can be `-?`, which makes properties required.
    const isOptional = node.questionToken && node.questionToken.kind !== ts.SyntaxKind.MinusToken;
    if (isProperty && isOptional && node.type && !acceptsUndefined(node.type)) {
      const hasParentheses = needsParentheses(node.type);
      if (hasParentheses) insertions.push([node.type.getStart(file), "("]);
      insertions.push([node.type.getEnd(), hasParentheses ? ") | undefined" : " | undefined"]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  // Nested properties end before the outer one does.
  insertions.sort(([one], [other]) => one - other);
  let result = "";
  let position = 0;
  for (const [at, text] of insertions) {
    result += code.slice(position, at) + text;
    position = at;
  }
  return result + code.slice(position);
}
