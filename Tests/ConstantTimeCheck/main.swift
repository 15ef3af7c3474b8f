import Foundation

// Without an argument: every operation, its result compared with a plain one. `--undefined`: the same on undefined secrets, for
// valgrind. `--control`: a multiplication in variable time on an undefined secret, to which valgrind has to object.
let argument = CommandLine.arguments.dropFirst().first
switch argument {
case nil, "--undefined":
    var failures = 0
    let memory = UndefinedMemory(isUsed: argument != nil)
    for operation in SecretOperations(memory: memory).all + SecretLayouts(memory: memory).all {
        let holds = operation.run()
        if !holds { failures += 1 }
        print(holds ? "ran  " : "WRONG", operation.name)
    }
    exit(failures == 0 ? 0 : 1)
case "--control":
    SecretOperations(memory: UndefinedMemory(isUsed: true)).control()
    print("ran   a multiplication in variable time")
default:
    print("usage: ConstantTimeCheck [--undefined | --control]")
    exit(2)
}
