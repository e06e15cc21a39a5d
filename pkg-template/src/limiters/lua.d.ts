// The build puts a script's text in.
declare module "*.lua" {
  const script: string;
  export default script;
}
